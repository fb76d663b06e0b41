"""Windows, queries and pages of lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from models.filter.tree import Condition
from models.sql.cursor import LONGEST_CURSOR, encode_cursor
from models.sql.ordering import Order, Ordering
from models.sql.prepared import Row
from models.sql.row_text import RowText
from models.sql.selection import Wanted
from resolvers.errors import InvalidArgument
from resolvers.values.identity import ListIdentity
from resolvers.values.language import LanguagePreference

if TYPE_CHECKING:
    from resolvers.reading.meaning import Meaning

DEFAULT_FIRST: Final = 20


@dataclass(frozen=True, slots=True)
class Window:
    """A window of at most `limit` rows of a list.

    It is after one cursor and before another, or after the first `offset` rows. Raises InvalidArgument for
    a cursor longer than any valid one, as it must not be cached.
    """

    limit: int
    after: str | None = None
    before: str | None = None
    from_back: bool = False
    """Whether the rows are the last ones."""
    offset: int | None = None
    """It is None if cursors bound the window."""

    def __post_init__(self) -> None:
        for name, cursor in (("after", self.after), ("before", self.before)):
            if cursor is not None and len(cursor) > LONGEST_CURSOR:
                message = f"A cursor has at most {LONGEST_CURSOR} characters."
                raise InvalidArgument(message, path=(name,))


def keyset(
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    maximum: int,
) -> Window:
    """The window of Relay's four arguments.

    Raises InvalidArgument.
    """
    if first is not None and last is not None:
        raise InvalidArgument("Ask for the first or for the last rows, not for both.", path=("last",))
    name, limit = ("last", last) if last is not None else ("first", first)
    if limit is None:
        limit = min(DEFAULT_FIRST, maximum)
    if not 0 <= limit <= maximum:
        raise InvalidArgument(f"{name} is a number from 0 to {maximum:,}.", path=(name,))
    return Window(limit, after, before, from_back=last is not None)


@dataclass(frozen=True, slots=True)
class ArgumentNames:
    """The API's names of list arguments, for errors.

    If `condition` has several names, the condition is an And with one part for each name.
    """

    condition: tuple[str, ...] = ("q",)
    orders: str = "sort"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list query: filter, order, window and columns.

    Without columns it reads all of them. Without `cursors` the pages have no cursors, read no values for
    them, and do not find out whether the list goes on.
    """

    window: Window
    condition: Condition | None = None
    orders: tuple[Order, ...] = ()
    language: LanguagePreference = field(default_factory=LanguagePreference)
    columns: frozenset[Wanted] = frozenset()
    text: RowText | None = None
    """The text of each row, where the page is read as one text."""
    cursors: bool = True
    names: ArgumentNames = ArgumentNames()
    meanings: "dict[str, Meaning]" = field(default_factory=dict, init=False, compare=False, repr=False)
    """Meanings by catalogue; see `resolvers.reading.meaning`."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows in list order.

    `has_more` says whether the list continues in the direction of reading.
    """

    window: Window
    identity: ListIdentity
    ordering: Ordering
    clock: datetime | None = None
    """The current time of the list's filter; None for a filter without relative times."""
    rows: Sequence[Row] = ()
    has_more: bool = False

    def with_rows(self, rows: Sequence[Row]) -> "Page":
        """The page with its rows.

        It drops the extra row that was read to set `has_more`.
        """
        visible = list(rows[: self.window.limit])
        if self.window.from_back:
            visible.reverse()
        return replace(self, rows=visible, has_more=len(rows) > self.window.limit)

    def cursor(self, row: Row) -> str:
        """The cursor of a row of this page."""
        values = [row[name] for name in self.ordering.key_names]
        return encode_cursor(self.identity.binding, values, self.ordering, self.clock)

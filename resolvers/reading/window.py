"""The SQL of a window, separated from its values.

The SQL is cached; the values differ from run to run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam

from models.filter.errors import CursorError
from models.sql.cursor import Value, clock_of, decode_cursor
from models.sql.keyset import Held, beyond, held_of, named_values
from models.sql.ordering import Ordering
from models.sql.row_text import RowText
from models.sql.selection import Join, Joined, Wanted, key_of
from resolvers.errors import InvalidArgument
from resolvers.reading.page import Window
from resolvers.values.identity import ListIdentity

LIMIT: Final = bindparam("limit", type_=BigInteger)
OFFSET: Final = bindparam("offset", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of a page query that determine its SQL.

    The list determines the rest.
    """

    by_offset: bool = False
    from_back: bool = False
    after: tuple[Held, ...] | None = None
    before: tuple[Held, ...] | None = None
    columns: frozenset[Wanted] = frozenset()
    cursors: bool = False
    """Whether rows have the values of their cursors."""
    text: RowText | None = None
    """The text of each row, where the rows are read as one text."""

    @property
    def joins(self) -> list[Join]:
        """The joins of the columns and the text, in the order of their tables."""
        joins = {column.join for column in self.columns if isinstance(column, Joined)}
        if self.text is not None:
            joins |= self.text.joins
        return sorted(joins, key=lambda join: join.table.name)

    def joined_columns(self, dialect: str) -> list[ColumnElement[Any]]:
        """The columns of joined rows."""
        joined = sorted((column for column in self.columns if isinstance(column, Joined)), key=key_of)
        return [column.of_join(dialect) for column in joined]

    def without_joined(self) -> "Frame":
        """The frame without joined columns and text."""
        columns = frozenset(column for column in self.columns if not isinstance(column, Joined))
        return replace(self, columns=columns, text=None)

    def around(self, statement: Select[Any], ordering: Ordering) -> Select[Any]:
        """The statement with the window's order, cursors and limit."""
        return self.limited(self.ordered(statement, ordering))

    def ordered(self, statement: Select[Any], ordering: Ordering) -> Select[Any]:
        """The statement with the window's order and cursors."""
        conditions = [
            beyond(statement, ordering, name, values, backwards=name == "before")
            for name, values in (("after", self.after), ("before", self.before))
            if values is not None
        ]
        return statement.where(*conditions).order_by(*ordering.order_by(backwards=self.from_back))

    def limited(self, statement: Select[Any]) -> Select[Any]:
        """The statement with the window's limit."""
        limited = statement.limit(LIMIT)
        return limited.offset(OFFSET) if self.by_offset else limited


def framed(
    window: Window,
    identity: ListIdentity,
    ordering: Ordering,
    columns: frozenset[Wanted] = frozenset(),
    *,
    cursors: bool = False,
    text: RowText | None = None,
) -> tuple[Frame, Mapping[str, Any]]:
    """The frame of a window, and its values by name.

    With `cursors` a window by cursors reads one row more than its page.

    Raises InvalidArgument for a cursor of another list.
    """
    if window.offset is not None:
        frame = Frame(by_offset=True, columns=columns, cursors=cursors, text=text)
        return frame, {"limit": window.limit, "offset": window.offset}
    values: dict[str, Any] = {"limit": window.limit + cursors}
    ends: dict[str, tuple[Held, ...]] = {}
    for name, cursor in (("after", window.after), ("before", window.before)):
        if cursor is not None:
            keys = _decoded(cursor, name, identity, ordering)
            ends[name] = held_of(keys)
            values |= named_values(name, keys)
    after, before = ends.get("after"), ends.get("before")
    return Frame(False, window.from_back, after, before, columns, cursors, text), values


def clock_of_window(window: Window) -> datetime | None:
    """The time stored in the window's cursor, or None.

    The filter uses it as the current time, so that all pages of a list have the same time. Raises
    InvalidArgument for a cursor without a time.
    """
    for name, cursor in (("after", window.after), ("before", window.before)):
        if cursor is not None:
            try:
                return clock_of(cursor)
            except CursorError as error:
                raise InvalidArgument(error.message, path=(name,)) from error
    return None


def _decoded(cursor: str, name: str, identity: ListIdentity, ordering: Ordering) -> tuple[Value, ...]:
    try:
        return decode_cursor(cursor, identity.binding, ordering)
    except CursorError as error:
        raise InvalidArgument(error.message, path=(name,)) from error

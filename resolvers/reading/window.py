"""The part of a list that a window shows: SQL that is kept, and values that differ from run to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Select, bindparam

from models.filter.errors import CursorError
from models.sql.keyset import Held, Value, beyond, clock_of, decode_cursor, held_of, named_values
from models.sql.ordering import Ordering
from resolvers.errors import InvalidArgument
from resolvers.reading.page import Offset, Window
from resolvers.values.identity import ListIdentity

LIMIT: Final = bindparam("limit", type_=BigInteger)
OFFSET: Final = bindparam("offset", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the SQL of a window depends on: of its cursors, what they hold of each sort key."""

    by_offset: bool = False
    from_back: bool = False
    after: tuple[Held, ...] | None = None
    before: tuple[Held, ...] | None = None

    def around(self, statement: Select[Any], ordering: Ordering) -> Select[Any]:
        """The statement in list order, and for just the rows of the window."""
        conditions = [
            beyond(statement, ordering, name, held, backwards=name == "before")
            for name, held in (("after", self.after), ("before", self.before))
            if held is not None
        ]
        ordered = (
            statement.where(*conditions).order_by(*ordering.order_by(backwards=self.from_back)).limit(LIMIT)
        )
        return ordered.offset(OFFSET) if self.by_offset else ordered


def framed(window: Window, identity: ListIdentity, ordering: Ordering) -> tuple[Frame, Mapping[str, Any]]:
    """A window's frame, and its values by name; by cursor, it reads one row beyond its page.

    Raises InvalidArgument for a cursor of another list.
    """
    if isinstance(window, Offset):
        return Frame(by_offset=True), {"limit": window.limit, "offset": window.offset}
    values: dict[str, Any] = {"limit": window.limit + 1}
    held: dict[str, tuple[Held, ...]] = {}
    for name, cursor in (("after", window.after), ("before", window.before)):
        if cursor is not None:
            keys = _decoded(cursor, name, identity, ordering)
            held[name] = held_of(keys)
            values |= named_values(name, keys)
    return Frame(from_back=window.from_back, after=held.get("after"), before=held.get("before")), values


def clock_of_window(window: Window) -> datetime | None:
    """What now is for a page behind or before another one, as that page's cursor says; else None.

    Raises InvalidArgument for a cursor that does not say it.
    """
    if isinstance(window, Offset):
        return None
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

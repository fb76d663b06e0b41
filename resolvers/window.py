"""The part of a list that a window shows: SQL that is kept, and values that differ from run to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Select, bindparam

from models.filter.errors import CursorError
from models.keyset import Nulls, Value, decode_cursor, named_values, nulls_of, parameters, seek
from models.ordering import Ordering
from resolvers.errors import InvalidArgument
from resolvers.identity import ListIdentity
from resolvers.page import Offset, Window

LIMIT: Final = bindparam("limit", type_=BigInteger)
OFFSET: Final = bindparam("offset", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the SQL of a window depends on: of its cursors, which of their values are NULL."""

    by_offset: bool = False
    from_back: bool = False
    after: Nulls | None = None
    before: Nulls | None = None

    def around(self, statement: Select[Any], ordering: Ordering) -> Select[Any]:
        """The statement in list order, and for just the rows of the window."""
        statement = statement.order_by(*ordering.order_by(backwards=self.from_back)).limit(LIMIT)
        if self.by_offset:
            return statement.offset(OFFSET)
        for name, nulls in (("after", self.after), ("before", self.before)):
            if nulls is not None:
                bounds = parameters(name, ordering, nulls)
                statement = statement.where(seek(ordering, bounds, backwards=name == "before"))
        return statement


def framed(window: Window, identity: ListIdentity, ordering: Ordering) -> tuple[Frame, Mapping[str, Any]]:
    """A window's frame, and its values by name; by cursor, it reads one row beyond its page.

    Raises InvalidArgument for a cursor of another list.
    """
    if isinstance(window, Offset):
        return Frame(by_offset=True), {"limit": window.limit, "offset": window.offset}
    values: dict[str, Value] = {"limit": window.limit + 1}
    nulls: dict[str, Nulls] = {}
    for name, cursor in (("after", window.after), ("before", window.before)):
        if cursor is not None:
            keys = _decoded(cursor, name, identity, ordering)
            nulls[name] = nulls_of(keys)
            values |= named_values(name, keys)
    return Frame(from_back=window.from_back, after=nulls.get("after"), before=nulls.get("before")), values


def _decoded(cursor: str, name: str, identity: ListIdentity, ordering: Ordering) -> tuple[Value, ...]:
    try:
        return decode_cursor(cursor, identity.binding, ordering)
    except CursorError as error:
        raise InvalidArgument(error.message, path=(name,)) from error

"""Reading segments."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, and_, true

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.segment import segment
from resolvers.access import OWN_CUSTOMER, Reader
from resolvers.caller import Scope
from resolvers.membership import has_customer, is_segment_of_customer
from resolvers.reading.listing import ChildList, RowList
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.segment.members import SEGMENTS
from resolvers.values.text import require_short
from resolvers.visibility import (
    is_active,
    reads_something,
    sees_all,
    visible_segments,
    writes_beyond_own_view,
)

BY_ID: Final = KeyedRows(segment, ("id",), visible_segments)


async def segments_by_id(
    reader: Reader,
    ids: Collection[str],
    *,
    legal_entity_id: str | None = None,
    columns: Collection[Wanted] = (),
) -> dict[str, Row]:
    """Those of the segments that exist and that the caller may see. All columns, unless some are named.

    Raises InvalidArgument for an id that is too long.
    """
    sees_all(reader)
    require_short(ids, ("id",))
    return await rows_by_key(reader.acting_for(legal_entity_id), BY_ID, ids, columns=columns)


async def linked_segments_by_id(
    reader: Reader, ids: Collection[str], /, *, columns: Collection[Wanted] = ()
) -> dict[str, Row]:
    """The same for links of rows that the caller may have written: none for who reads nothing."""
    return await segments_by_id(reader, ids, columns=columns) if reads_something(reader) else {}


def segments(
    reader: Reader, *, customer_id: str | None = None, legal_entity_id: str | None = None
) -> RowList:
    """The segments that the caller may see, or, for who reads all, those of one customer (behaviour D9)."""
    sees_all(reader)
    if customer_id is None:
        acting = reader.acting_for(legal_entity_id)
        return RowList(acting, "segments", SEGMENTS, lambda: visible_segments(acting))
    reader.caller.require(Scope.READ)
    require_short([customer_id], ("customerId",))
    return segments_of_customers(reader, legal_entity_id=legal_entity_id, only_active=False).of(customer_id)


def segments_of_customers(
    reader: Reader, *, legal_entity_id: str | None = None, only_active: bool = True
) -> ChildList:
    """The segments that each customer is assigned to, as far as the caller may see them.

    In the own view only the caller has any.
    """
    sees_all(reader)
    acting = reader.acting_for(legal_entity_id)
    is_own_only = writes_beyond_own_view(reader.caller)

    def belongs(customer_id: ColumnElement[str]) -> ColumnElement[bool]:
        active = is_active(reader) if only_active else true()
        if sees_all(reader):
            return and_(active, has_customer(acting, customer_id))
        is_own = customer_id == OWN_CUSTOMER if is_own_only else true()
        return and_(visible_segments(acting), active, is_own, is_segment_of_customer(acting, customer_id))

    return ChildList(acting, ("segments of customers", only_active, is_own_only), SEGMENTS, belongs)

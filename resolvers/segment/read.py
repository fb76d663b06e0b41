"""Reading segments."""

from collections.abc import Collection

from sqlalchemy import and_, select, true

from models.filter.catalogue import SEGMENTS
from models.keys import is_one_of
from models.segment import segment
from models.session import Row
from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.listing import ChildList, RowList
from resolvers.visibility import has_customer, is_active, visible_segments


async def segments_by_id(
    reader: Reader,
    ids: Collection[str],
    *,
    legal_entity_id: str | None = None,
    columns: Collection[str] = (),
) -> dict[str, Row]:
    """Those of the segments that exist and that the caller may see. All columns, unless some are named."""
    visible = visible_segments(reader, legal_entity_id)
    wanted = [segment.c[name] for name in {"id", *columns}] if columns else list(segment.c)
    rows = await reader.snapshot.rows(
        select(*wanted).where(
            segment.c.tenant == reader.tenant,
            is_one_of(segment.c.id, sorted(ids), reader.snapshot.dialect),
            visible,
        )
    )
    return {row["id"]: row for row in rows}


def segments(
    reader: Reader, *, customer_id: str | None = None, legal_entity_id: str | None = None
) -> RowList:
    """The segments that the caller may see, or, for who reads all, those of one customer (behaviour D9)."""
    visible = visible_segments(reader, legal_entity_id)
    if customer_id is not None:
        reader.caller.require(Scope.READ)
        visible = has_customer(reader, customer_id, legal_entity_id)
    return RowList(reader, SEGMENTS, visible)


def segments_of_customers(
    reader: Reader, *, legal_entity_id: str | None = None, only_active: bool = True
) -> ChildList:
    """The segments that each customer is assigned to, as far as the caller may see them."""
    visible = visible_segments(reader, legal_entity_id)
    active = is_active(reader) if only_active else true()
    return ChildList(
        reader,
        SEGMENTS,
        lambda customer_id: and_(visible, active, has_customer(reader, customer_id, legal_entity_id)),
    )

"""Which of some products are meant for some segments."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, exists, or_, select

from models.item_assignment import item_assignment
from models.keys import is_one_of, key_table
from models.reference import product_category
from models.segment import segment
from resolvers.access import TENANT, Reader
from resolvers.caller import Scope
from resolvers.errors import TooManyElements
from resolvers.text import require_short, require_short_site
from resolvers.visibility import is_active

MAXIMUM_IDS: Final = 10_000


async def match_items(
    reader: Reader, *, site_code: str, item_ids: Sequence[str], segment_ids: Sequence[str]
) -> list[str]:
    """The products that an active segment of the site holds, by themselves or through their category.

    In the order asked for, each once. Only categories that a product is directly in count
    (behaviour D42). Needs the scope segment_manage. Raises TooManyElements, InvalidArgument.
    """
    reader.caller.require(Scope.MANAGE)
    for name, ids in (("itemIds", item_ids), ("segmentIds", segment_ids)):
        if len(ids) > MAXIMUM_IDS:
            raise TooManyElements(MAXIMUM_IDS, path=(name,))
        require_short(ids, (name,))
    require_short_site(site_code)
    wanted = list(dict.fromkeys(item_ids))
    if not wanted or not segment_ids:
        return []
    dialect = reader.snapshot.dialect
    products = key_table(dialect)
    segments = select(segment.c.id).where(
        segment.c.tenant == TENANT,
        segment.c.site_code == site_code,
        is_one_of(segment.c.id, dialect, "segment_ids"),
        is_active(reader),
    )
    categories = (
        select(product_category.c.category_id)
        .where(product_category.c.tenant == TENANT, product_category.c.product_id == products.key)
        .correlate(products.clause)
    )
    rows = item_assignment.c
    by_itself = and_(rows.type == "PRODUCT", rows.item_id == products.key)
    by_category = and_(rows.type == "CATEGORY", rows.item_id.in_(categories))
    assigned = (
        exists()
        .where(rows.tenant == TENANT, rows.segment_id.in_(segments), or_(by_itself, by_category))
        .correlate(products.clause)
    )
    found = await reader.rows(
        select(products.key.label("id")).where(assigned).order_by(products.position),
        keys=wanted,
        segment_ids=list(dict.fromkeys(segment_ids)),
    )
    return [row["id"] for row in found]

"""Matches products with segments."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, select

from models.sql.keys import is_one_of, key_table
from models.tables.segment import segment
from resolvers.access import SITE_CODE, TENANT, Reader
from resolvers.caller import Scope
from resolvers.errors import TooManyElements
from resolvers.reading.assigned import is_assigned_product
from resolvers.values.text import require_short, require_short_site
from resolvers.visibility import is_active

MAXIMUM_IDS: Final = 10_000


async def match_items(
    reader: Reader, *, site_code: str, item_ids: Sequence[str], segment_ids: Sequence[str]
) -> list[str]:
    """The products in an active segment of the site.

    A product is in a segment directly or through its category. The result is in the order of the arguments,
    without duplicates. Only direct categories of a product count (behaviour D42). Needs the scope
    segment_manage. Raises TooManyElements, InvalidArgument.
    """
    reader.caller.require(Scope.MANAGE)
    for name, ids in (("itemIds", item_ids), ("segmentIds", segment_ids)):
        if len(ids) > MAXIMUM_IDS:
            raise TooManyElements(MAXIMUM_IDS, path=(name,))
        require_short(ids, (name,))
    require_short_site(site_code)
    products = list(dict.fromkeys(item_ids))
    if not products or not segment_ids:
        return []
    rows = await reader.rows(
        reader.prepared("match", lambda: _matching(reader)),
        keys=products,
        site_code=site_code,
        segment_ids=list(dict.fromkeys(segment_ids)),
    )
    matching = {row["id"] for row in rows}
    return [item_id for item_id in products if item_id in matching]


def _matching(reader: Reader) -> Select[Any]:
    """The query of matching `keys`, in any order."""
    dialect = reader.snapshot.dialect
    products = key_table(dialect)
    segments = select(segment.c.id).where(
        segment.c.tenant == TENANT,
        segment.c.site_code == SITE_CODE,
        is_one_of(segment.c.id, dialect, "segment_ids"),
        is_active(reader),
    )
    return select(products.key.label("id")).where(is_assigned_product(products.key, segments))

import pytest

from resolvers.errors import Forbidden, InvalidArgument, TooManyElements
from resolvers.match import MAXIMUM_IDS, match_items
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.readers import STAFF, reader_of


async def matching(shop: Shop, *item_ids: str, segment_ids: tuple[str, ...] = ("gold",)) -> list[str]:
    return await shop.read(
        lambda reader: match_items(reader, site_code="main", item_ids=item_ids, segment_ids=segment_ids),
        shop.caller("M"),
    )


async def test_products_come_once_in_the_order_of_the_question(shop: Shop) -> None:
    await shop.segments(segment("gold", status="ACTIVE"))
    await shop.known_products({"id": "saw", "categoryIds": ["tools"]})
    await shop.items(("gold", "PRODUCT", "drill"), ("gold", "CATEGORY", "tools"))
    assert await matching(shop, "saw", "none", "drill", "saw") == ["saw", "drill"]
    assert await matching(shop, "saw", segment_ids=()) == []
    assert await matching(shop) == []


@pytest.mark.parametrize(
    ("item_ids", "error", "path"),
    [
        (["i"] * (MAXIMUM_IDS + 1), TooManyElements, ("itemIds",)),
        (["i" * 256], InvalidArgument, ("itemIds",)),
    ],
)
async def test_arguments_at_fault(
    shop: Shop, item_ids: list[str], error: type[InvalidArgument], path: tuple[str, ...]
) -> None:
    with pytest.raises(error) as refusal:
        await matching(shop, *item_ids)
    assert refusal.value.path == path


async def test_reading_is_not_enough() -> None:
    with pytest.raises(Forbidden):
        await match_items(reader_of(STAFF), site_code="main", item_ids=["i"], segment_ids=["s"])

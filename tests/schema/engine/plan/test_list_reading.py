import pytest

from schema.engine.plan.list_reading import ListReading, list_reading
from tests.factories.shop import Shop
from tests.schema.engine.plan.both_ways import Visitor


@pytest.mark.parametrize(("scopes", "join"), [("R", True), ("O", True), ("RM", True), ("OM", False)])
async def test_it_depends_on_the_caller_and_the_database(shop: Shop, scopes: str, join: bool) -> None:
    async with Visitor(shop, shop.caller(scopes, "ann")).context() as context:
        assert list_reading(context) == ListReading(join, in_one=not shop.database.is_sqlite)

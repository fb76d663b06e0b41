"""A client of the schema, in an empty shop or in one that has everything."""

from uuid import uuid4

import pytest

from models.connection.database import Database
from tests.factories.shop import Shop, copy_rows
from tests.factories.webhooks import add_webhook
from tests.factories.world import build_world
from tests.schema.client import Graph


@pytest.fixture
def graph(shop: Shop) -> Graph:
    return Graph(shop)


@pytest.fixture(scope="session")
async def world(database: Database) -> Graph:
    """A client of the shop that `tests.factories.world` describes. For reading: all tests share it."""
    shop = Shop(database, f"world{uuid4().hex[:8]}")
    await build_world(shop)
    await add_webhook(shop)
    return Graph(shop)


@pytest.fixture
async def world_to_change(world: Graph, shop: Shop) -> Graph:
    """The same shop for this test alone: a copy of its rows."""
    await copy_rows(world.shop, shop.tenant)
    return Graph(shop)

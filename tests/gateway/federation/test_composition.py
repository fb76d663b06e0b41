"""The subgraph's SDL through the composers of Apollo and of The Guild."""

from pathlib import Path

import pytest

from schema.federation.query import SDL
from tests.gateway.federation import orders
from tests.gateway.federation.conftest import composed

pytestmark = pytest.mark.slow

SEGMENTS = ("http://segments/graphql", SDL)
ORDERS = ("http://orders/graphql", orders.SDL)


async def test_the_subgraph_composes_alone(packages: Path) -> None:
    compositions = await composed(packages, segments=SEGMENTS)
    assert {name: one.errors for name, one in compositions.items()} == {"apollo": [], "guild": []}


async def test_the_subgraph_composes_beside_one_that_follows_relay(packages: Path) -> None:
    """It has `Node`, `node` and `PageInfo` of its own, and takes a field over."""
    compositions = await composed(packages, segments=SEGMENTS, orders=ORDERS)
    assert {name: one.errors for name, one in compositions.items()} == {"apollo": [], "guild": []}


async def test_lookups_by_global_id_would_not_compose(packages: Path) -> None:
    """Why the subgraph leaves its own out."""
    node = "\ninterface Node { nodeId: ID! }\nextend type Query { node(nodeId: ID!): Node }\n"
    compositions = await composed(packages, segments=(SEGMENTS[0], SDL + node), orders=ORDERS)
    for composition in compositions.values():
        assert any("Query.node" in error for error in composition.errors)

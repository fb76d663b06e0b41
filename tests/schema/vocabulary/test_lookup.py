import pytest

from resolvers.errors import InvalidArgument, TooManyElements
from schema.vocabulary.lookup import LOOKUPS, MAXIMUM_NODES, node_by_id, nodes_by_id
from schema.vocabulary.node import NODE_TYPES, Node, encode_node_id
from tests.factories.documents import product, segment
from tests.factories.shop import Shop


def columns_of(_type: str) -> tuple[str, ...]:
    return ("id",)


def test_every_node_can_be_looked_up() -> None:
    assert set(LOOKUPS) == set(NODE_TYPES)


async def test_nodes_come_in_the_order_of_their_ids(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.known_products(product("drill"))
    ids = [
        encode_node_id("Product", ["drill"]),
        "garbage",
        encode_node_id("Segment", ["none"]),
        encode_node_id("Segment", ["gold"]),
        encode_node_id("Segment", ["gold", "more"]),
    ]
    nodes = await shop.read(lambda reader: nodes_by_id(reader, ids, columns_of))
    assert [type(node).__name__ for node in nodes] == [
        "Product",
        "InvalidArgument",
        "NoneType",
        "Segment",
        "NoneType",
    ]
    failure = nodes[1]
    assert isinstance(failure, InvalidArgument)
    assert failure.path == ("nodeIds", 1)


async def test_a_node_by_its_id(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    node = await shop.read(lambda reader: node_by_id(reader, encode_node_id("Segment", ["gold"]), columns_of))
    assert isinstance(node, Node)
    assert node.row["id"] == "gold"


async def test_nodes_are_bounded(shop: Shop) -> None:
    with pytest.raises(TooManyElements):
        await shop.read(lambda reader: nodes_by_id(reader, ["a"] * (MAXIMUM_NODES + 1), columns_of))

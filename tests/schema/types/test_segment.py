from schema.types.segment import CUSTOMER_ASSIGNMENTS, GROUP_ASSIGNMENTS, ITEM_ASSIGNMENTS, SEGMENTS, Segment
from tests.factories.documents import segment
from tests.schema.client import Graph


def test_lists_of_assignments_are_by_segment() -> None:
    relations = (CUSTOMER_ASSIGNMENTS, ITEM_ASSIGNMENTS, GROUP_ASSIGNMENTS)
    assert [relation.maximum for relation in relations] == [1000] * 3
    assert SEGMENTS.maximum == 100
    assert Segment.node_key == ("id",)


async def test_items_of_one_type(graph: Graph) -> None:
    await graph.shop.segments(segment("gold"))
    await graph.shop.items(("gold", "PRODUCT", "drill"), ("gold", "CATEGORY", "tools"))
    query = """
        { segment(id: "gold") {
            itemAssignments(type: PRODUCT) { totalCount nodes { item { id } } }
            groupAssignments { totalCount }
            rule { state }
        } }
    """
    assert await graph(query) == {
        "segment": {
            "itemAssignments": {"totalCount": 1, "nodes": [{"item": {"id": "drill"}}]},
            "groupAssignments": {"totalCount": 0},
            "rule": None,
        }
    }

"""The kinds of lists, asked with every argument that filters or sorts."""

from typing import Any

from tests.schema.client import Graph

LISTS = {
    "segments": "query ($q: String, $where: SegmentWhere, $orderBy: [SegmentOrder!]) "
    "{ list: segments(q: $q, where: $where, orderBy: $orderBy) { totalCount nodes { id } } }",
    "customers": "query ($q: String, $where: CustomerAssignmentWhere, $orderBy: [CustomerAssignmentOrder!]) "
    "{ segments { nodes { list: customerAssignments(q: $q, where: $where, orderBy: $orderBy) "
    "{ totalCount nodes { nodeId } } } } }",
    "items": "query ($q: String, $where: ItemAssignmentWhere, $orderBy: [ItemAssignmentOrder!]) "
    "{ list: itemAssignments(q: $q, where: $where, orderBy: $orderBy) { totalCount nodes { nodeId } } }",
    "people": "query ($q: String, $where: CustomerWhere, $orderBy: [CustomerOrder!]) "
    "{ list: customers(q: $q, where: $where, orderBy: $orderBy) { totalCount nodes { id } } }",
}
VERSIONED = ("segments", "customers", "items")
"""Those whose rows have metadata."""


async def listed(graph: Graph, noun: str, **variables: Any) -> Any:
    return await graph(LISTS[noun], variables)


def ids(data: Any) -> list[str]:
    return [node["id"] for node in data["list"]["nodes"]]

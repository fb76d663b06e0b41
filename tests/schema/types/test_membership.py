import pytest

from tests.factories.documents import group, segment
from tests.schema.client import Graph


@pytest.mark.parametrize(
    ("query", "scopes", "memberships"),
    [
        ('{ l: segments(customerId: "anna") { nodes { membership } } }', "R", ["DIRECT", "GROUP"]),
        ("{ l: segments { nodes { membership } } }", "R", [None, None]),
        ("{ l: segments { nodes { membership } } }", "O", ["DIRECT", "GROUP"]),
    ],
)
async def test_the_customer_of_the_list(
    graph: Graph, query: str, scopes: str, memberships: list[str | None]
) -> None:
    await graph.shop.segments(segment("gold"), segment("silver"))
    await graph.shop.known_groups(group("club", "anna"))
    await graph.shop.customers(("gold", "anna"))
    await graph.shop.groups(("silver", "club"))
    data = await graph(query, caller=graph.shop.caller(scopes, "anna"))
    assert [node["membership"] for node in data["l"]["nodes"]] == memberships

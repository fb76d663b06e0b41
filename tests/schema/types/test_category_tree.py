"""The category forest of a customer's segments (behaviour D43)."""

from typing import Any

import pytest

from resolvers.category_tree import CategoryNode, category_trees
from tests.factories.documents import category, segment
from tests.schema.client import Graph

FOREST = """query ($siteCode: String, $legalEntityId: ID, $customerId: ID) {
    categoryTrees(siteCode: $siteCode, legalEntityId: $legalEntityId, customerId: $customerId) { ...Levels }
}
fragment Level on CategoryTree { id parentId isSegmentAssigned }
fragment Levels on CategoryTree {
    ...Level subcategories { ...Level subcategories { ...Level subcategories { ...Level } } }
}"""


def outline(trees: list[Any]) -> list[Any]:
    """Each tree as its id, or as (id, subtrees); assigned ones with a star."""
    return [
        (name, outline(one["subcategories"])) if one.get("subcategories") else name
        for one in trees
        for name in [f"{one['id']}*" if one["isSegmentAssigned"] else one["id"]]
    ]


async def forest(graph: Graph, caller: Any, **variables: str | None) -> list[Any]:
    return outline((await graph(FOREST, variables, caller=caller))["categoryTrees"])


SAWS = ("store", [("tools", ["saws*"])])
HATS = ("wear", ["hats*"])


@pytest.mark.parametrize(
    ("customer_id", "token", "variables", "expected"),
    [
        ("anna", None, {}, [SAWS]),
        ("bob", None, {}, [HATS, SAWS, "mystery*", "orphan*"]),
        ("bob", "acme", {}, [HATS, SAWS]),
        ("carla", None, {"legalEntityId": "acme"}, [HATS, SAWS]),
        ("carla", None, {"legalEntityId": "globex"}, [SAWS, "mystery*", "orphan*"]),
        ("carla", "initech", {"legalEntityId": "globex"}, [SAWS]),
        ("carla", None, {"siteCode": "other"}, [SAWS, "mystery*", "orphan*"]),
        ("carla", None, {"siteCode": "main"}, [HATS, SAWS]),
        ("carla", None, {"siteCode": "none"}, []),
        ("nobody", None, {}, []),
    ],
)
async def test_the_own_forest_and_that_of_a_named_customer(
    world: Graph,
    customer_id: str,
    token: str | None,
    variables: dict[str, str],
    expected: list[Any],
) -> None:
    assert await forest(world, world.shop.caller("O", customer_id, token), **variables) == expected
    both = world.shop.caller("RO", customer_id, token)
    assert await forest(world, both, **variables) == expected
    if token is None:
        reader = world.shop.caller("R")
        assert await forest(world, reader, customerId=customer_id, **variables) == expected


async def test_nodes_show_what_is_known_of_them(world: Graph) -> None:
    query = """{ categoryTrees(siteCode: "other") {
        id parentId code name isSegmentAssigned published position ecn
        subcategories { id parentId subcategories { id parentId code name published position } }
    } }"""
    data = await world(query, caller=world.shop.caller("O", "carla"))
    unknown: dict[str, Any] = {"published": None, "position": None, "ecn": [], "subcategories": []}
    saws = {
        "id": "saws",
        "parentId": "tools",
        "code": "SAWS",
        "name": "Saws",
        "published": True,
        "position": 1,
    }
    assert data["categoryTrees"] == [
        {
            "id": "store",
            "parentId": None,
            "code": "store",
            "name": "Store",
            "isSegmentAssigned": False,
            "published": None,
            "position": 1,
            "ecn": [],
            "subcategories": [{"id": "tools", "parentId": "store", "subcategories": [saws]}],
        },
        {
            "id": "mystery",
            "parentId": None,
            "code": "mystery",
            "name": None,
            "isSegmentAssigned": True,
            **unknown,
        },
        {
            "id": "orphan",
            "parentId": None,
            "code": "orphan",
            "name": "Orphan",
            "isSegmentAssigned": True,
            **unknown,
        },
    ]


async def with_categories(graph: Graph, *assigned: str) -> Any:
    """A caller who is in a segment with these categories."""
    await graph.shop.segments(segment("s"))
    await graph.shop.customers(("s", "anna"))
    await graph.shop.items(*(("s", "CATEGORY", one) for one in assigned))
    return graph.shop.caller("O", "anna")


@pytest.mark.parametrize("code", [None, "", " \t"])
async def test_a_category_without_a_code_has_its_id_as_one(graph: Graph, code: str | None) -> None:
    await graph.shop.known_categories(category("root", code="R"), category("leaf", "root", code=code))
    caller = await with_categories(graph, "leaf")
    query = "{ categoryTrees { code subcategories { code } } }"
    assert await graph(query, caller=caller) == {
        "categoryTrees": [{"code": "R", "subcategories": [{"code": "leaf"}]}]
    }


async def test_siblings_come_by_position_those_without_last_then_by_id(graph: Graph) -> None:
    positions = {"d": 0, "b": 2, "a": 2, "c": -1, "f": None, "e": None}
    await graph.shop.known_categories(
        category("root"), *(category(one, "root", position=at) for one, at in positions.items())
    )
    caller = await with_categories(graph, *positions)
    assert await forest(graph, caller) == [("root", ["c*", "d*", "a*", "b*", "e*", "f*"])]


async def test_a_category_that_is_assigned_and_an_ancestor_is_one_node(graph: Graph) -> None:
    await graph.shop.known_categories(
        category("a"), category("b", "a"), category("c", "b"), category("x", "a")
    )
    caller = await with_categories(graph, "a", "c")
    assert await forest(graph, caller) == [("a*", [("b", ["c*"])])]


async def test_a_category_in_two_segments_comes_once(graph: Graph) -> None:
    caller = await with_categories(graph, "a")
    await graph.shop.segments(segment("t"))
    await graph.shop.customers(("t", "anna"))
    await graph.shop.items(("t", "CATEGORY", "a"), ("t", "PRODUCT", "b"))
    assert await forest(graph, caller) == ["a*"]


@pytest.mark.parametrize(
    ("parents", "assigned", "expected"),
    [
        ({"a": "a"}, ["a"], ["a*"]),
        ({"a": "b", "b": "a"}, ["b"], [("a", ["b*"])]),
        ({"a": "c", "b": "a", "c": "b", "x": "b"}, ["x"], [("a", [("b", ["c", "x*"])])]),
        ({"b": "c", "c": "b", "a": "c"}, ["a"], [("b", [("c", ["a*"])])]),
    ],
)
async def test_a_circle_of_parents_is_cut_at_its_first_id(
    graph: Graph, parents: dict[str, str], assigned: list[str], expected: list[Any]
) -> None:
    await graph.shop.known_categories(*(category(one, parent) for one, parent in parents.items()))
    assert await forest(graph, await with_categories(graph, *assigned)) == expected


async def test_a_chain_of_220_levels_goes_on_in_trees_of_100(graph: Graph) -> None:
    chain = [f"c{level:03}" for level in range(220)]
    await graph.shop.known_categories(
        *(category(one, chain[level - 1] if level else None) for level, one in enumerate(chain))
    )
    caller = await with_categories(graph, chain[-1])
    data = await graph("{ categoryTrees { id parentId subcategories { id parentId } } }", caller=caller)
    assert data["categoryTrees"] == [
        {"id": chain[0], "parentId": None, "subcategories": [{"id": chain[1], "parentId": chain[0]}]},
        {
            "id": chain[100],
            "parentId": chain[99],
            "subcategories": [{"id": chain[101], "parentId": chain[100]}],
        },
        {
            "id": chain[200],
            "parentId": chain[199],
            "subcategories": [{"id": chain[201], "parentId": chain[200]}],
        },
    ]
    trees = await graph.shop.read(category_trees, caller)
    assert [path(tree) for tree in trees] == [chain[:100], chain[100:200], chain[200:]]


def path(tree: CategoryNode) -> list[str]:
    """The ids of a tree without branches, from its root on."""
    return [tree.id, *(one for below in tree.subcategories for one in path(below))]

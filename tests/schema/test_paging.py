"""Connections page by page (Relay's four arguments)."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.connection.database import Database
from tests.factories.documents import customer, segment
from tests.factories.examples import with_database
from tests.factories.shop import Shop
from tests.schema.client import Graph

INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
SEGMENTS = f"""query (
    $q: String, $orderBy: [SegmentOrder!], $first: Int, $after: String, $last: Int, $before: String
) {{
    list: segments(q: $q, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {{
        totalCount {INFO} nodes {{ id }} edges {{ cursor node {{ id }} }}
    }}
}}"""
NESTED = f"""query (
    $orderBy: [ItemAssignmentOrder!], $first: Int, $after: String, $last: Int, $before: String
) {{
    segments {{ nodes {{ id list: itemAssignments(
        orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before
    ) {{ totalCount {INFO} edges {{ cursor node {{ type item {{ id }} }} }} }} }} }}
}}"""
ASSIGNMENTS = """query ($first: Int, $last: Int) {
    itemAssignments(first: $first, last: $last) { nodes { nodeId } }
    segment(id: "s0") {
        customerAssignments(first: $first, last: $last) { nodes { nodeId } }
        itemAssignments(first: $first, last: $last) { nodes { nodeId } }
    }
}"""
FIELDS = [
    "ID",
    "NAME",
    "STATUS",
    "SITE_CODE",
    "VALID_FROM",
    "VALID_TO",
    "CREATED_AT",
    "MODIFIED_AT",
    "VERSION",
]
orders = st.lists(
    st.fixed_dictionaries({"field": st.sampled_from(FIELDS), "direction": st.sampled_from(["ASC", "DESC"])}),
    max_size=3,
)
members = st.fixed_dictionaries(
    {"status": st.sampled_from(["ACTIVE", "INACTIVE"]), "siteCode": st.sampled_from("ab")},
    optional={
        "name": st.sampled_from([{"de": "A"}, {"en": "A"}, {"en": "b"}]),
        "validity": st.sampled_from(
            [{"from": "2026-01-01T00:00:00Z"}, {"to": "2026-01-01T00:00:00.001Z"}, {}]
        ),
    },
)


async def pages(graph: Graph, query: str, size: int, *, back: bool, **variables: Any) -> list[list[Any]]:
    """The edges of every page in the order of reading, with what each says about its neighbours."""
    pages_: list[list[Any]] = []
    cursor = None
    while True:
        window = {"last": size, "before": cursor} if back else {"first": size, "after": cursor}
        page = (await graph(query, {**variables, **window}))["list"]
        edges, info = page["edges"], page["pageInfo"]
        assert [edge["node"] for edge in edges] == page["nodes"]
        pages_.append(edges)
        assert info["startCursor"] == (edges[0]["cursor"] if edges else None)
        assert info["endCursor"] == (edges[-1]["cursor"] if edges else None)
        behind = info["hasNextPage"] if back else info["hasPreviousPage"]
        assert behind == (cursor is not None)
        if not (info["hasPreviousPage"] if back else info["hasNextPage"]):
            return pages_
        assert len(edges) == size
        cursor = info["startCursor"] if back else info["endCursor"]


@with_database
@given(stored=st.lists(members, max_size=9), order_by=orders, size=st.integers(1, 10))
async def test_every_row_comes_once_whatever_the_page_size(
    database: Database, stored: list[dict[str, Any]], order_by: list[dict[str, str]], size: int
) -> None:
    shop = Shop(database, uuid4().hex)
    await shop.segments(*(segment(f"s{number}", **one) for number, one in enumerate(stored)))
    await shop.segments(*(segment(f"s{number}", **one) for number, one in enumerate(stored[::3])))
    graph = Graph(shop)
    whole = (await graph(SEGMENTS, {"orderBy": order_by, "first": 100}))["list"]
    assert whole["totalCount"] == len(whole["edges"]) == len(stored)
    assert sorted(node["id"] for node in whole["nodes"]) == [f"s{number}" for number in range(len(stored))]
    forwards = await pages(graph, SEGMENTS, size, back=False, orderBy=order_by)
    assert [edge for page in forwards for edge in page] == whole["edges"]
    backwards = await pages(graph, SEGMENTS, size, back=True, orderBy=order_by)
    assert [edge for page in reversed(backwards) for edge in page] == whole["edges"]


@pytest.fixture
async def three(graph: Graph) -> Graph:
    """A client of a shop with s0 to s2; sN has N + 1 products."""
    await graph.shop.segments(*(segment(f"s{number}") for number in range(3)))
    await graph.shop.items(
        *((f"s{number}", "PRODUCT", f"i{one}") for number in range(3) for one in range(number + 1))
    )
    return graph


@pytest.mark.parametrize(
    ("window", "ids", "previous", "next_"),
    [
        ({}, ["s0", "s1", "s2"], False, False),
        ({"first": 0}, [], False, True),
        ({"last": 0}, [], True, False),
        ({"first": 2}, ["s0", "s1"], False, True),
        ({"first": 3}, ["s0", "s1", "s2"], False, False),
        ({"last": 2}, ["s1", "s2"], True, False),
        ({"last": 3}, ["s0", "s1", "s2"], False, False),
        ({"after": 0}, ["s1", "s2"], True, False),
        ({"after": 2}, [], True, False),
        ({"first": 1, "after": 0}, ["s1"], True, True),
        ({"before": 2}, ["s0", "s1"], False, False),
        ({"last": 1, "before": 2}, ["s1"], True, True),
        ({"after": 0, "before": 2}, ["s1"], True, False),
        ({"last": 5, "after": 0, "before": 2}, ["s1"], False, True),
        ({"after": 2, "before": 0}, [], True, False),
    ],
)
async def test_a_page_knows_its_neighbours(
    three: Graph, window: dict[str, int], ids: list[str], previous: bool, next_: bool
) -> None:
    cursors = [edge["cursor"] for edge in (await three(SEGMENTS))["list"]["edges"]]
    variables = {name: cursors[at] if name in ("after", "before") else at for name, at in window.items()}
    page = (await three(SEGMENTS, variables))["list"]
    assert [node["id"] for node in page["nodes"]] == ids
    assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (previous, next_)
    assert page["totalCount"] == 3


@pytest.mark.parametrize("direction", ["first", "last"])
async def test_nested_lists_each_have_a_page_of_their_own(three: Graph, direction: str) -> None:
    data = await three(NESTED, {direction: 2})
    told = {
        one["id"]: (
            [edge["node"]["item"]["id"] for edge in one["list"]["edges"]],
            one["list"]["pageInfo"]["hasNextPage"],
            one["list"]["pageInfo"]["hasPreviousPage"],
            one["list"]["totalCount"],
        )
        for one in data["segments"]["nodes"]
    }
    more = (direction == "first", direction == "last")
    assert told == {
        "s0": (["i0"], False, False, 1),
        "s1": (["i0", "i1"], False, False, 2),
        "s2": (["i0", "i1"] if direction == "first" else ["i1", "i2"], *more, 3),
    }


async def test_the_first_page_has_twenty_rows_and_the_largest_a_hundred(graph: Graph) -> None:
    await graph.shop.segments(*(segment(f"s{number:03}") for number in range(101)))
    assert len((await graph(SEGMENTS))["list"]["nodes"]) == 20
    assert len((await graph(SEGMENTS, {"before": None, "after": None}))["list"]["nodes"]) == 20
    assert len((await graph(SEGMENTS, {"last": 100}))["list"]["nodes"]) == 100


@pytest.mark.parametrize(
    ("query", "window", "message", "path"),
    [
        (SEGMENTS, {"first": 101}, "first is a number from 0 to 100.", "first"),
        (SEGMENTS, {"last": 101}, "last is a number from 0 to 100.", "last"),
        (SEGMENTS, {"first": -1}, "first is a number from 0 to 100.", "first"),
        (SEGMENTS, {"first": 1, "last": 1}, "Ask for the first or for the last rows, not for both.", "last"),
        (NESTED, {"first": 1001}, "first is a number from 0 to 1,000.", "first"),
        (ASSIGNMENTS, {"last": 1001}, "last is a number from 0 to 1,000.", "last"),
    ],
)
async def test_a_page_that_is_too_large_is_refused(
    three: Graph, query: str, window: dict[str, int], message: str, path: str
) -> None:
    answer = await three.ask(query, window)
    assert {error["message"] for error in answer.errors} == {message}
    assert answer.errors[0]["extensions"] == {"code": "INVALID_ARGUMENT", "inputPath": [path]}


async def test_a_thousand_assignments_may_be_asked_for(three: Graph) -> None:
    data = await three(ASSIGNMENTS, {"first": 1000})
    assert len(data["itemAssignments"]["nodes"]) == 6


def packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "\ud800", "null", packed(b"null"), packed(b'["x"]'), packed(b"[" * 999), "A" * 4097, " "],
)
@pytest.mark.parametrize("argument", ["after", "before"])
async def test_garbage_is_no_cursor(three: Graph, argument: str, cursor: str) -> None:
    for query in (SEGMENTS, NESTED):
        answer = await three.ask(query, {argument: cursor})
        assert {error["extensions"]["code"] for error in answer.errors} == {"INVALID_ARGUMENT"}
        assert answer.errors[0]["extensions"]["inputPath"] == [argument]


async def test_a_cursor_belongs_to_one_list_filter_order_language_and_tenant(three: Graph) -> None:
    cursor = (await three(SEGMENTS))["list"]["pageInfo"]["startCursor"]
    by_name = [{"field": "NAME"}]
    named = (await three(SEGMENTS, {"orderBy": by_name}))["list"]["pageInfo"]["startCursor"]
    neighbour = Graph(Shop(three.shop.database, f"{three.shop.tenant}z"))
    answers = [
        await three.ask(SEGMENTS, {"after": cursor, "q": "siteCode:main"}),
        await three.ask(SEGMENTS, {"after": cursor, "orderBy": by_name}),
        await three.ask(SEGMENTS, {"after": named, "orderBy": by_name}, accept_language="de"),
        await three.ask(NESTED, {"after": cursor}),
        await neighbour.ask(SEGMENTS, {"after": cursor}),
    ]
    for answer in answers:
        assert answer.errors[0]["message"] == "The cursor belongs to another list, filter or sort."
        assert answer.codes[0] == "INVALID_ARGUMENT"
    assert (await three(SEGMENTS, {"after": named, "orderBy": by_name}))["list"]["nodes"] == [
        {"id": "s1"},
        {"id": "s2"},
    ]


async def test_a_cursor_outlives_its_row(three: Graph) -> None:
    cursor = (await three(SEGMENTS, {"first": 2}))["list"]["pageInfo"]["endCursor"]
    await three('mutation { segmentDelete(id: "s1", forceDelete: true) { deletedSegmentId } }')
    await three.shop.segments(segment("s00"), segment("s15"))
    page = (await three(SEGMENTS, {"first": 9, "after": cursor}))["list"]
    assert [node["id"] for node in page["nodes"]] == ["s15", "s2"]


LONG_NAMES = {
    "a": "x",
    "b": "x" * 4_000,
    "c": "x" * 4_000 + "c",
    "d": "x" * 4_000 + "d",
    "e": "x" * 4_000 + "d",
    "f": "\U0001f600" * 770 + "f",
    "g": "\U0001f600" * 770 + "g",
}


async def walked(graph: Graph, query: str, *, from_back: bool) -> list[str]:
    """The ids of a list, page by page, one row each."""
    seen: list[str] = []
    size, cursor = ("last", "before") if from_back else ("first", "after")
    variables: dict[str, Any] = {size: 1}
    while edges := (await graph(query, variables))["list"]["edges"]:
        seen.append(edges[0]["node"]["id"])
        assert len(edges[0]["cursor"]) <= 4_096
        variables[cursor] = edges[0]["cursor"]
    return seen[::-1] if from_back else seen


@pytest.mark.parametrize("from_back", [False, True])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["NAME", "SITE_CODE, direction: ASC}, {field: NAME"])
async def test_pages_of_long_names(graph: Graph, field: str, direction: str, *, from_back: bool) -> None:
    await graph.shop.segments(*(segment(id_, name={"en": name}) for id_, name in LONG_NAMES.items()))
    query = f"""query ($first: Int, $after: String, $last: Int, $before: String) {{
        list: segments(orderBy: [{{field: {field}, direction: {direction}}}],
            first: $first, after: $after, last: $last, before: $before
        ) {{ edges {{ cursor node {{ id }} }} }}
    }}"""
    expected = "abcdefg" if direction == "ASC" else "gfdecba"
    assert await walked(graph, query, from_back=from_back) == list(expected)


@pytest.mark.parametrize("from_back", [False, True])
async def test_pages_of_long_names_in_the_lists_of_several_parents(graph: Graph, *, from_back: bool) -> None:
    await graph.shop.segments(segment("s1"), segment("s2"))
    names = {id_: "\U0001f600" * 990 + name[-1] for id_, name in LONG_NAMES.items()} | {
        "b": "\U0001f600" * 990
    }
    await graph.shop.known_customers(*(customer(id_, lastName=name) for id_, name in names.items()))
    await graph.shop.customers(*(("s1", id_) for id_ in LONG_NAMES), ("s2", "b"), ("s2", "d"))
    query = """query ($first: Int, $after: String, $last: Int, $before: String) {
        list: segments { nodes { id customerAssignments(
            orderBy: [{field: CUSTOMER_LAST_NAME, direction: DESC}],
            first: $first, after: $after, last: $last, before: $before
        ) { edges { cursor node { customer { id } } } } } }
    }"""
    size, argument = ("last", "before") if from_back else ("first", "after")
    variables: dict[str, Any] = {size: 1}
    seen: dict[str, list[str]] = {"s1": [], "s2": []}
    while True:
        nodes = (await graph(query, variables))["list"]["nodes"]
        for node in nodes:
            seen[node["id"]] += [
                edge["node"]["customer"]["id"] for edge in node["customerAssignments"]["edges"]
            ]
        edges = nodes[0]["customerAssignments"]["edges"]
        if not edges:
            break
        variables[argument] = edges[0]["cursor"]
    in_order = list("agfdecb")  # a ends in x
    assert seen["s1"] == (in_order[::-1] if from_back else in_order)
    assert set(seen["s2"]) == {"b", "d"}, "a cursor of another segment names a place here as well"

"""Many segments in one request: each element on its own, in order (behaviour "Bulk requests")."""

from typing import Any

import pytest

from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

RESULTS = f"results {{ index id effect segment {{ id siteCode metadata {{ version }} }} {USER_ERRORS} }}"
CREATE = f"$inputs: [SegmentCreateInput!]! => segmentsCreate(inputs: $inputs) {{ {RESULTS} {USER_ERRORS} }}"
UPSERT = f"$inputs: [SegmentsUpsertInput!]! => segmentsUpsert(inputs: $inputs) {{ {RESULTS} {USER_ERRORS} }}"
DELETE = (
    "$ids: [ID!]!, $force: Boolean => "
    f"segmentsDelete(ids: $ids, forceDelete: $force) {{ {RESULTS} {USER_ERRORS} }}"
)


def element(segment_id: str | None = None, **members: Any) -> dict[str, Any]:
    return {
        "id": segment_id,
        "name": [{"language": "en", "text": "x"}],
        "siteCode": "main",
        **members,
    }


def told(payload: Any) -> list[tuple[Any, ...]]:
    """(id, effect, version, code, path) of each element."""
    assert payload["userErrors"] == []
    assert [one["index"] for one in payload["results"]] == list(range(len(payload["results"])))
    told_: list[tuple[Any, ...]] = []
    for one in payload["results"]:
        version = one["segment"] and one["segment"]["metadata"]["version"]
        problems = [(error["code"], error["path"]) for error in one["userErrors"]] or [(None, None)]
        assert len(problems) == 1
        told_.append((one["id"], one["effect"], version, *problems[0]))
    return told_


async def test_creates_see_the_ones_before_them(graph: Graph) -> None:
    await graph.shop.segments(segment("there"))
    inputs = [
        element("a"),
        element("there"),
        element("a", siteCode="second"),
        element("bulk"),
        element("b", siteCode=" "),
        element("c"),
    ]
    assert told(await graph.mutate(CREATE, {"inputs": inputs})) == [
        ("a", "CREATED", 1, None, None),
        ("there", None, None, "ALREADY_EXISTS", ["id"]),
        ("a", None, None, "ALREADY_EXISTS", ["id"]),
        (None, None, None, "INVALID_INPUT", ["id"]),
        ("b", None, None, "INVALID_INPUT", ["siteCode"]),
        ("c", "CREATED", 1, None, None),
    ]
    stored = (await graph.shop.rows())["segment"]
    assert [(row["id"], row["site_code"]) for row in stored] == [
        ("a", "main"),
        ("c", "main"),
        ("there", "main"),
    ]


async def test_upserts_see_the_ones_before_them(graph: Graph) -> None:
    await graph.shop.segments(segment("there"))
    inputs = [
        element("there", expectedVersion=1),
        element("there", expectedVersion=1),
        element("there", siteCode="third"),
        element("new", expectedVersion=9),
        element("new", siteCode="second"),
        element("new", mixins={"m": 1}),
        element("new", expectedVersion=-1),
    ]
    assert told(await graph.mutate(UPSERT, {"inputs": inputs})) == [
        ("there", "UPDATED", 2, None, None),
        ("there", None, None, "VERSION_CONFLICT", ["expectedVersion"]),
        ("there", "UPDATED", 3, None, None),
        ("new", "CREATED", 1, None, None),
        ("new", "UPDATED", 2, None, None),
        ("new", None, None, "INVALID_INPUT", ["mixins", "m"]),
        ("new", None, None, "INVALID_INPUT", ["expectedVersion"]),
    ]
    stored = (await graph.shop.rows())["segment"]
    assert [(row["id"], row["site_code"], row["version"]) for row in stored] == [
        ("new", "second", 2),
        ("there", "third", 3),
    ]


async def test_elements_without_an_id_are_created_under_new_ones(graph: Graph) -> None:
    payload = await graph.mutate(UPSERT, {"inputs": [element(), element()]})
    ids = [one["id"] for one in payload["results"]]
    assert told(payload) == [(one, "CREATED", 1, None, None) for one in ids]
    assert len(set(ids)) == 2


async def test_deletes_see_the_ones_before_them(graph: Graph) -> None:
    await graph.shop.segments(*map(segment, ("free", "used", "kept")))
    await graph.shop.customers(("used", "anna"), ("kept", "anna"))
    await graph.shop.items(("used", "PRODUCT", "drill"))
    ids = ["free", "used", "unknown", "free", "a b"]
    assert told(await graph.mutate(DELETE, {"ids": ids})) == [
        ("free", "DELETED", None, None, None),
        ("used", None, None, "SEGMENT_IN_USE", ["forceDelete"]),
        ("unknown", "UNCHANGED", None, None, None),
        ("free", "UNCHANGED", None, None, None),
        (None, None, None, "INVALID_INPUT", []),
    ]
    assert told(await graph.mutate(DELETE, {"ids": ["used", "used"], "force": True})) == [
        ("used", "DELETED", None, None, None),
        ("used", "UNCHANGED", None, None, None),
    ]
    rows = await graph.shop.rows()
    assert [row["id"] for row in rows["segment"]] == ["kept"]
    assert [row["segment_id"] for row in rows["customer_assignment"]] == ["kept"]
    assert rows["item_assignment"] == []


@pytest.mark.parametrize("mutation", [CREATE, UPSERT])
async def test_no_elements_are_no_error(graph: Graph, mutation: str) -> None:
    assert told(await graph.mutate(mutation, {"inputs": []})) == []


@pytest.mark.parametrize(
    ("mutation", "variables", "path"),
    [
        (CREATE, {"inputs": [element(f"s{number}") for number in range(201)]}, ["inputs"]),
        (UPSERT, {"inputs": [element(f"s{number}") for number in range(201)]}, ["inputs"]),
        (DELETE, {"ids": ["kept"] * 201}, ["ids"]),
    ],
)
async def test_more_than_200_elements_are_refused_as_a_whole(
    graph: Graph, mutation: str, variables: dict[str, Any], path: list[str]
) -> None:
    await graph.shop.segments(segment("kept"))
    assert await graph.mutate(mutation, variables) == {
        "results": [],
        "userErrors": [
            {
                "code": "TOO_MANY_ELEMENTS",
                "path": path,
                "message": "Maximum size of the payload array is 200.",
            }
        ],
    }
    assert [row["id"] for row in (await graph.shop.rows())["segment"]] == ["kept"]


async def test_200_elements_are_taken(graph: Graph) -> None:
    inputs = [element(f"s{number}") for number in range(200)]
    assert {one[1] for one in told(await graph.mutate(CREATE, {"inputs": inputs}))} == {"CREATED"}
    assert len((await graph.shop.rows())["segment"]) == 200

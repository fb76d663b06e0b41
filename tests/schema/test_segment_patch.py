"""JSON Patch on a segment (behaviour D32, D33; GraphQL takes all six operations)."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

PATCH = (
    '$operations: [JsonPatchOperation!]!, $version: Int, $id: ID = "gold" => '
    "segmentPatch(id: $id, operations: $operations, expectedVersion: $version) { segment { "
    "nameTranslations { language text } descriptionTranslations { language text } status siteCode "
    f"validity {{ from to }} mixins metadata {{ version mixins }} }} {USER_ERRORS} }}"
)
GOLD = segment(
    "gold",
    name={"en": "Gold", "de": "Gold"},
    mixins={"a": {"list": [1, 2], "x": None}},
    validity={"from": "2026-01-01T00:00:00Z"},
)


@pytest.fixture
async def gold(graph: Graph) -> Graph:
    """A client of a shop with the segment `gold`, and `bare` with nothing optional."""
    await graph.shop.segments(GOLD, segment("bare"))
    return graph


def operation(op: str, path: str, *value: Any, from_: str | None = None) -> dict[str, Any]:
    return {"op": op, "path": path, "from": from_, **({"value": value[0]} if value else {})}


async def patch(graph: Graph, *operations: dict[str, Any], **variables: Any) -> Any:
    return await graph.mutate(PATCH, {"operations": list(operations), **variables})


@pytest.mark.parametrize(
    ("operations", "member", "expected"),
    [
        ([operation("ADD", "/status", "INACTIVE")], "status", "INACTIVE"),
        ([operation("REPLACE", "/siteCode", "other")], "siteCode", "other"),
        ([operation("REMOVE", "/status")], "status", "INACTIVE"),
        ([operation("ADD", "/status", None)], "status", "INACTIVE"),
        ([operation("REMOVE", "/name/de")], "nameTranslations", [{"language": "en", "text": "Gold"}]),
        ([operation("REPLACE", "/name/de", None)], "nameTranslations", [{"language": "en", "text": "Gold"}]),
        (
            [operation("ADD", "/name", {"fr": "Or"})],
            "nameTranslations",
            [{"language": "fr", "text": "Or"}],
        ),
        (
            [operation("ADD", "/description/en", "x")],
            "descriptionTranslations",
            [{"language": "en", "text": "x"}],
        ),
        ([operation("ADD", "/description", None)], "descriptionTranslations", []),
        (
            [operation("COPY", "/description", from_="/name")],
            "descriptionTranslations",
            [{"language": "de", "text": "Gold"}, {"language": "en", "text": "Gold"}],
        ),
        (
            [operation("ADD", "/validity/to", "2027-01-01T00:00:00+01:00")],
            "validity",
            {"from": "2026-01-01T00:00:00.000Z", "to": "2026-12-31T23:00:00.000Z"},
        ),
        ([operation("REMOVE", "/validity/from")], "validity", None),
        ([operation("REMOVE", "/validity")], "validity", None),
        (
            [operation("MOVE", "/validity/to", from_="/validity/from")],
            "validity",
            {"from": None, "to": "2026-01-01T00:00:00.000Z"},
        ),
        ([operation("ADD", "/mixins/a/list/-", 3)], "mixins", {"a": {"list": [1, 2, 3], "x": None}}),
        ([operation("ADD", "/mixins/a/list/0", 0)], "mixins", {"a": {"list": [0, 1, 2], "x": None}}),
        ([operation("REMOVE", "/mixins/a/list/1")], "mixins", {"a": {"list": [1], "x": None}}),
        ([operation("REPLACE", "/mixins/a/list", None)], "mixins", {"a": {"list": None, "x": None}}),
        ([operation("ADD", "/mixins/b", {})], "mixins", {"a": {"list": [1, 2], "x": None}, "b": {}}),
        ([operation("ADD", "/mixins/a~1b~0", {})], "mixins", {"a": {"list": [1, 2], "x": None}, "a/b~": {}}),
        ([operation("MOVE", "/mixins/b", from_="/mixins/a")], "mixins", {"b": {"list": [1, 2], "x": None}}),
        ([operation("COPY", "/mixins/a/x", from_="/id")], "mixins", {"a": {"list": [1, 2], "x": "gold"}}),
        ([operation("REMOVE", "/mixins")], "mixins", {}),
        (
            [operation("TEST", "/mixins/a/list", [1, 2]), operation("REMOVE", "/mixins/a/list")],
            "mixins",
            {"a": {"x": None}},
        ),
        ([operation("TEST", "/id", "gold")], "siteCode", "main"),
        (
            [operation("ADD", "/metadata/mixins/a", "https://example.com/a")],
            "metadata",
            {"version": 2, "mixins": {"a": "https://example.com/a"}},
        ),
    ],
)
async def test_a_patch_changes_what_it_names(
    gold: Graph, operations: list[dict[str, Any]], member: str, expected: Any
) -> None:
    payload = await patch(gold, *operations)
    assert payload["userErrors"] == []
    assert payload["segment"][member] == expected
    assert payload["segment"]["metadata"]["version"] == 2
    whole = await gold(
        '{ segment(id: "gold") { nameTranslations { language text } descriptionTranslations '
        "{ language text } status siteCode validity { from to } mixins metadata { version mixins } } }"
    )
    assert whole["segment"] == payload["segment"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/description/en", "x"),
        ("/validity/to", "2027-01-01T00:00:00Z"),
        ("/mixins/a", {}),
        ("/metadata/mixins/a", "https://example.com/a"),
    ],
)
async def test_add_makes_optional_parents_that_are_missing(gold: Graph, path: str, value: Any) -> None:
    assert (await patch(gold, operation("ADD", path, value), id="bare"))["userErrors"] == []
    payload = await patch(gold, operation("ADD", "/mixins/new/deeper", 1), id="bare")
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
        ("INVALID_INPUT", ["operations", "0", "path"])
    ]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/id",
        "/metadata",
        "/metadata/version",
        "/metadata/createdAt",
        "/unknown",
        "/name/en/x",
        "/status/x",
        "/validity/from/x",
    ],
)
@pytest.mark.parametrize("op", ["ADD", "REPLACE", "REMOVE", "MOVE", "COPY"])
async def test_nothing_else_can_be_written(gold: Graph, op: str, path: str) -> None:
    await refused(gold, [operation(op, path, "x", from_="/name/en")], ["operations", "0", "path"])


@pytest.mark.parametrize(
    ("operations", "path"),
    [
        ([operation("REPLACE", "/description", {"en": "x"})], ["0", "path"]),
        ([operation("REPLACE", "/name/fr", "x")], ["0", "path"]),
        ([operation("REPLACE", "/name/fr", None)], ["0", "path"]),
        ([operation("REMOVE", "/description")], ["0", "path"]),
        ([operation("REMOVE", "/mixins/a/list/2")], ["0", "path"]),
        ([operation("ADD", "/mixins/a/list/4", 1)], ["0", "path"]),
        ([operation("ADD", "/mixins/a/list/x", 1)], ["0", "path"]),
        ([operation("REPLACE", "/mixins/a/list/-", 1)], ["0", "path"]),
        ([operation("ADD", "/status")], ["0", "value"]),
        ([operation("TEST", "/status")], ["0", "value"]),
        ([operation("TEST", "/status", "INACTIVE")], ["0", "value"]),
        ([operation("TEST", "/unknown", 1)], ["0", "path"]),
        ([operation("TEST", "/mixins/a/list/0", True)], ["0", "value"]),
        ([operation("MOVE", "/mixins/b", from_="/mixins/none")], ["0", "path"]),
        ([operation("MOVE", "/mixins/b", from_="/id")], ["0", "from"]),
        ([operation("COPY", "/mixins/b")], ["0", "from"]),
        ([operation("ADD", "status", "ACTIVE")], ["0", "path"]),
        ([operation("ADD", "/mixins/~2", {})], ["0", "path"]),
        ([operation("ADD", "/mixins/" + "x" * 1000, {})], ["0", "path"]),
        ([operation("REMOVE", "/name")], ["name"]),
        ([operation("ADD", "/name", {})], ["name"]),
        ([operation("ADD", "/name/xx-", "y")], ["name"]),
        ([operation("ADD", "/name", {"en": "x", "EN": "y"})], ["0", "value"]),
        ([operation("ADD", "/name/e_n", "y")], ["name"]),
        ([operation("REMOVE", "/siteCode")], ["siteCode"]),
        ([operation("ADD", "/status", "active")], ["status"]),
        ([operation("ADD", "/status", {"a": []})], ["status"]),
        ([operation("ADD", "/description", "x")], ["description"]),
        ([operation("ADD", "/validity/to", "2025-01-01T00:00:00Z")], ["validity"]),
        ([operation("ADD", "/validity/to", "soon")], ["validity", "to"]),
        ([operation("ADD", "/validity", 1)], ["validity"]),
        ([operation("ADD", "/mixins", [])], ["mixins"]),
        ([operation("ADD", "/mixins/b", 1)], ["mixins", "b"]),
        ([operation("ADD", "/metadata/mixins/a", "x")], ["mixinSchemas", "a"]),
        ([operation("ADD", "/metadata/mixins", ["x"])], ["mixinSchemas"]),
        ([operation("ADD", "/siteCode", "other"), operation("REMOVE", "/mixins/none")], ["1", "path"]),
        ([operation("TEST", "/status", "ACTIVE")] * 201, []),
    ],
)
async def test_a_patch_that_fails_changes_nothing(
    gold: Graph, operations: list[dict[str, Any]], path: list[str]
) -> None:
    await refused(gold, operations, ["operations", *path])


async def refused(graph: Graph, operations: list[dict[str, Any]], path: list[str]) -> None:
    """The patch is refused for this place, and everything is as it was."""
    before = await graph.shop.rows()
    payload = await patch(graph, *operations)
    assert payload["segment"] is None
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [("INVALID_INPUT", path)]
    assert await graph.shop.rows() == before


async def test_an_empty_patch_changes_nothing(gold: Graph) -> None:
    before = await gold.shop.rows()
    payload = await patch(gold)
    assert (payload["userErrors"], payload["segment"]["metadata"]["version"]) == ([], 1)
    assert await gold.shop.rows() == before


async def test_an_unknown_segment_cannot_be_patched(gold: Graph) -> None:
    payload = await patch(gold, operation("REMOVE", "/mixins"), id="unknown")
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [("NOT_FOUND", ["id"])]


async def test_an_expected_version_guards_a_patch(gold: Graph) -> None:
    change = operation("ADD", "/siteCode", "other")
    assert (await patch(gold, change, version=1))["segment"]["metadata"]["version"] == 2
    payload = await patch(gold, change, version=1)
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
        ("VERSION_CONFLICT", ["expectedVersion"])
    ]


async def test_only_configured_languages_can_be_patched_in(gold: Graph) -> None:
    variables = {"operations": [operation("ADD", "/name/ru", "x")]}
    payload = await gold.mutate(PATCH, variables, policy=Policy(languages=("en", "de")))
    assert payload["userErrors"][0]["message"] == "Following languages are not supported: 'ru'"


async def test_copies_cannot_multiply_without_end(gold: Graph) -> None:
    doubling = [operation("ADD", "/mixins/a/list", ["x" * 1000])]
    doubling += [operation("COPY", f"/mixins/b{number}", from_="/mixins") for number in range(30)]
    again = [operation("ADD", "/mixins/a/list", ["x" * 10_000])]
    again += [operation("COPY", "/mixins/b", from_="/mixins/a")] * 110
    for operations in (doubling, again):
        payload = await patch(gold, *operations)
        assert [one["message"] for one in payload["userErrors"]] == ["The patch copies too much."]
    deepening = [operation("COPY", "/mixins/a/" + "x/" * 9 + "y", from_="/mixins")]
    parents = [operation("ADD", "/mixins/a/" + "/".join("x" * length), {}) for length in range(1, 10)]
    payload = await patch(gold, *parents, *deepening * 100)
    assert [one["message"] for one in payload["userErrors"]] == ["The patch nests the segment too deeply."]


@pytest.mark.parametrize("op", ["COPY", "MOVE"])
async def test_only_an_add_makes_what_is_missing_above(gold: Graph, op: str) -> None:
    """RFC 6902 has the target's parent exist; the contract's leniency is for `add` alone."""
    payload = await patch(gold, operation(op, "/description/en", from_="/name/en"), id="bare")
    assert payload["segment"] is None
    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["operations", "0", "path"])

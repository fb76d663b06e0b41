"""Input that no database or client should meet: refused with a code, nothing stored, never INTERNAL."""

from typing import Any

import pytest

from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

CREATE = (
    "mutation ($input: SegmentCreateInput!) { result: segmentCreate(input: $input) "
    f"{{ segment {{ id }} {USER_ERRORS} }} }}"
)
NAME = [{"language": "en", "text": "x"}]
LEAST = {"id": "s", "name": NAME, "siteCode": "main"}


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"name": [{"language": "en", "text": "a\0b"}]}, ["name", "en"]),
        ({"name": [{"language": "en", "text": "\ud800"}]}, ["name", "en"]),
        ({"name": [{"language": "en", "text": "x" * 1_000_000}]}, ["name", "en"]),
        ({"name": [{"language": "\0", "text": "x"}]}, ["name"]),
        ({"name": [{"language": "en" * 500, "text": "x"}]}, ["name"]),
        ({"name": [*NAME, *NAME]}, ["name"]),
        (
            {"description": [{"language": "EN", "text": "x"}, {"language": "en", "text": "y"}]},
            ["description"],
        ),
        ({"siteCode": "\0"}, ["siteCode"]),
        ({"siteCode": "\udfff"}, ["siteCode"]),
        ({"id": "x" * 300}, ["id"]),
        ({"id": "a\0"}, ["id"]),
        ({"id": "\ud800"}, ["id"]),
        ({"id": "ä"}, ["id"]),
        *(({"id": reserved}, ["id"]) for reserved in (".", "..", "bulk", "search", "match", "items", "me")),
        ({"mixins": {"m": {"a": 2**63}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"a": -(2**63) - 1}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"a": 10**400}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"a": 1e300}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"a": float("inf")}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"a": [0, float("nan")]}}}, ["mixins", "m", "a", "1"]),
        ({"mixins": {"m": {"a": "\0"}}}, ["mixins", "m", "a"]),
        ({"mixins": {"m": {"\0": 1}}}, ["mixins", "m"]),
        ({"mixins": {"\ud800": {}}}, ["mixins"]),
        ({"mixins": {"x" * 129: {}}}, ["mixins"]),
        ({"mixins": nested(10_000)}, ["mixins", "a", "a", "a"]),
        ({"mixins": {"m": {"a": "x" * 262_144}}}, ["mixins"]),
        ({"mixins": "{}"}, ["mixins"]),
        ({"mixins": [{}]}, ["mixins"]),
        ({"mixins": {"m": None}}, ["mixins", "m"]),
        *(
            ({"mixinSchemas": {"m": url}}, ["mixinSchemas", "m"])
            for url in (
                "",
                "x",
                "/a",
                "ftp://a/b",
                "javascript:alert(1)",
                "https://",
                "http://[",
                "https:a",
                1,
            )
        ),
        ({"mixinSchemas": {"m": "https://example.com/" + "x" * 2048}}, ["mixinSchemas", "m"]),
        ({"mixinSchemas": {"m": None}}, ["mixinSchemas", "m"]),
        ({"mixinSchemas": {"\0": "https://example.com"}}, ["mixinSchemas"]),
        ({"mixinSchemas": "https://example.com"}, ["mixinSchemas"]),
    ],
)
async def test_what_cannot_be_stored_is_named(graph: Graph, members: dict[str, Any], path: list[str]) -> None:
    data = await graph(CREATE, {"input": LEAST | members})
    assert data["result"]["segment"] is None
    [error] = data["result"]["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", *path])
    assert len(error["message"]) < 200
    assert (await graph.shop.rows())["segment"] == []


@pytest.mark.parametrize(
    "instant",
    [
        "2026-06-30T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00+25:00",
        "2026-01-01T00:00Z",
        "20260101T000000Z",
        "10000-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "soon",
        "",
        "\0",
        1767225600,
        True,
        {},
    ],
)
async def test_what_is_no_instant_is_refused(graph: Graph, instant: Any) -> None:
    answer = await graph.ask(CREATE, {"input": LEAST | {"validity": {"from": instant}}})
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)
    where = "query ($at: DateTime) { segments(where: {createdAt: {lt: $at}}) { totalCount } }"
    assert (await graph.ask(where, {"at": instant})).codes == ["BAD_REQUEST"]
    assert (await graph.shop.rows())["segment"] == []


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-01-01T00:00:00z", "2026-01-01T00:00:00.000Z"),
        ("2026-01-01t00:00:00.9999999+00:00", "2026-01-01T00:00:00.999Z"),
        ("2026-01-01T00:00:00-23:59", "2026-01-01T23:59:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"),
    ],
)
async def test_every_other_instant_comes_back(graph: Graph, instant: str, shown: str) -> None:
    await graph(CREATE, {"input": LEAST | {"validity": {"from": instant}}})
    data = await graph('{ segment(id: "s") { validity { from to } } }')
    assert data["segment"]["validity"] == {"from": shown, "to": None}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        ("1e15", 10**15),
        ('"x"', "x"),
        ("null", None),
        ("true", True),
        ("[[], {}]", [[], {}]),
    ],
)
async def test_json_in_the_document_comes_back(graph: Graph, written: str, stored: Any) -> None:
    query = 'mutation { segmentCreate(input: {id: "s", name: [{language: "en", text: "x"}], siteCode: "m", '
    await graph(f"{query} mixins: {{m: {{a: {written}}}}}}}) {{ userErrors {{ message }} }} }}")
    assert await graph('{ segment(id: "s") { mixins } }') == {"segment": {"mixins": {"m": {"a": stored}}}}


@pytest.mark.parametrize("value", ["9223372036854775808", "1e400", "1" + "0" * 400])
async def test_numbers_in_the_document_that_are_too_large_are_refused(graph: Graph, value: str) -> None:
    query = 'mutation { segmentCreate(input: {name: [{language: "en", text: "x"}], siteCode: "m", '
    data = await graph(f"{query} mixins: {{m: {{a: {value}}}}}}}) {{ userErrors {{ code path }} }} }}")
    assert data["segmentCreate"]["userErrors"] == [
        {"code": "INVALID_INPUT", "path": ["input", "mixins", "m", "a"]}
    ]


@pytest.mark.parametrize(
    "field",
    [
        'segmentUpsert(id: "s", expectedVersion: 2147483648, input: {name: [], siteCode: ""}) { effect }',
        "segmentsDelete(ids: [null]) { userErrors { code } }",
        'segmentCreate(input: {name: [], siteCode: "", status: NONE}) { userErrors { code } }',
        'segmentCreate(input: {siteCode: ""}) { userErrors { code } }',
        'segmentCreate(input: {name: null, siteCode: ""}) { userErrors { code } }',
        'segmentItemsRemove(segmentId: "s", type: BRAND, itemIds: []) { userErrors { code } }',
        f'categoriesUpsert(categories: [{{id: "a", position: {2**31}}}]) {{ userErrors {{ code }} }}',
    ],
)
async def test_what_the_schema_forbids_is_a_bad_request(graph: Graph, field: str) -> None:
    answer = await graph.ask(f"mutation {{ {field} }}")
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)


@pytest.mark.parametrize(
    "node_id", ["", "x", "é", "WyJ4Il0", "bnVsbA", "W10", "A" * 1001, "WyJTZWdtZW50IiwxXQ"]
)
async def test_what_is_no_node_id_is_refused_or_leads_nowhere(graph: Graph, node_id: str) -> None:
    answer = await graph.ask("query ($id: ID!) { node(nodeId: $id) { nodeId } }", {"id": node_id})
    assert answer.data == {"node": None}
    assert answer.codes == ([] if node_id == "WyJ4Il0" else ["INVALID_ARGUMENT"])


MALFORMED = ["", "x", "é", "bnVsbA", "W10", "A" * 1001, "WyJTZWdtZW50IiwxXQ", "\0"]


async def test_a_malformed_node_id_is_null_in_its_place_with_an_error_at_its_index(graph: Graph) -> None:
    await graph.shop.segments(segment("a"), segment("b"))
    ids = await graph('{ a: segment(id: "a") { nodeId } b: segment(id: "b") { nodeId } }')
    a, b = ids["a"]["nodeId"], ids["b"]["nodeId"]
    query = "query ($ids: [ID!]!) { all: nodes(nodeIds: $ids) { nodeId ... on Segment { id } } }"
    first, second = {"nodeId": a, "id": "a"}, {"nodeId": b, "id": "b"}
    for malformed in MALFORMED:
        answer = await graph.ask(query, {"ids": [a, malformed, "WyJ4Il0", b, malformed, a]})
        assert answer.data == {"all": [first, None, None, second, None, first]}
        assert [(error["path"], error["message"], error["extensions"]) for error in answer.errors] == [
            (
                ["all", index],
                "This is not a nodeId.",
                {"code": "INVALID_ARGUMENT", "inputPath": ["nodeIds", index]},
            )
            for index in (1, 4)
        ]


async def test_a_hundred_malformed_node_ids_are_a_hundred_errors_and_no_statement(graph: Graph) -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }"
    answer = await graph.ask(query, {"ids": ["x"] * 100})
    assert (answer.data, answer.statements) == ({"nodes": [None] * 100}, 0)
    assert [error["path"] for error in answer.errors] == [["nodes", index] for index in range(100)]


async def test_permission_comes_before_the_form_of_node_ids(graph: Graph) -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }"
    answer = await graph.ask(query, {"ids": ["x"]}, caller=graph.shop.caller("M"))
    assert (answer.codes, answer.data) == (["FORBIDDEN"], None)


async def test_at_most_a_hundred_nodes_are_looked_up(graph: Graph) -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }"
    assert (await graph.ask(query, {"ids": ["WyJ4Il0"] * 101})).codes == ["TOO_MANY_ELEMENTS"]
    assert (await graph(query, {"ids": ["WyJ4Il0"] * 100}))["nodes"] == [None] * 100


@pytest.mark.parametrize("language", ["", "x", "en_US", "e", "a" * 9, "en-" + "a" * 9, "*", "en\0"])
async def test_a_language_argument_is_a_language(graph: Graph, language: str) -> None:
    await graph(CREATE, {"input": LEAST})
    answer = await graph.ask(
        'query ($language: String) { segment(id: "s") { name(language: $language) } }', {"language": language}
    )
    assert answer.codes == ["INVALID_ARGUMENT"]
    assert answer.errors[0]["extensions"]["inputPath"] == ["language"]
    assert answer.data == {"segment": {"name": None}}

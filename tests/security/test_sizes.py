"""Bounds of requests. Those of documents are tested in tests/schema/engine/limits."""

from typing import Any

import httpx
import orjson
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.security.apis import bearer

WHERE = "query ($w: SegmentWhere) { segments(where: $w) { nodes { id } } }"
JSON = {"Content-Type": "application/json"}
TOO_MANY_VALUES = "JSON may have 50,000 names and values, and 5,000 objects, no more."


@pytest.fixture
def headers(secret: str) -> dict[str, str]:
    return bearer(issue_token(secret, "acme", [Scope.READ, Scope.MANAGE]))


@pytest.mark.parametrize(
    "variables",
    [
        {"w": {"id": {"in": ["a"] * 50_000}}},
        {"w": {"or": [{}] * 5_000}},
        {"unused": [{}] * 5_001},
        {"unused": [[]] * 50_000},
    ],
    ids=["values", "objects", "objects that nobody asks for", "lists"],
)
@pytest.mark.parametrize("has_token", [True, False], ids=["a caller", "nobody"])
async def test_a_heap_of_values_is_refused_before_it_is_looked_at(
    client: httpx.AsyncClient, headers: dict[str, str], variables: dict[str, Any], *, has_token: bool
) -> None:
    body = {"query": WHERE, "variables": variables}
    answer = await client.post("/graphql", json=body, headers=headers if has_token else {})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, TOO_MANY_VALUES)


async def test_as_much_as_is_allowed_is_answered(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    body = {"query": "{ __typename }", "variables": {"unused": [{}] * 500}}
    answer = await client.post("/graphql", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"or": [{"id": {"eq": "a"}}] * 101}, "A filter may have at most 100 conditions, nested 20 deep."),
        ("nested", "A filter may have at most 100 conditions, nested 20 deep."),
    ],
    ids=["wide", "deep"],
)
async def test_a_filter_has_its_bounds(
    client: httpx.AsyncClient, headers: dict[str, str], where: Any, message: str
) -> None:
    if where == "nested":
        where = {"id": {"eq": "a"}}
        for _ in range(40):
            where = {"not": where}
    answer = await client.post("/graphql", json={"query": WHERE, "variables": {"w": where}}, headers=headers)
    [error] = answer.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, "INVALID_ARGUMENT")


SEGMENTS = "/customer-segment/acme/segments"


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"q": "(" * 3_000}, "q"),
        ({"q": "id:(" + ",".join(["a"] * 1_001) + ")"}, "q"),
        ({"q": "id:a " * 51}, "q"),
        ({"q": "name.en:~" + "a" * 257}, "q"),
        ({"q": "name.en:~(((x{9}){9}){9}){9}"}, "q"),
        ({"sort": ",".join(["id"] * 11)}, "sort"),
        ({"pageSize": "9" * 4_000}, "pageSize"),
        ({"next": "A" * 4_097}, "next"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_parameter_has_its_bounds(
    client: httpx.AsyncClient, headers: dict[str, str], parameters: dict[str, str], field: str
) -> None:
    answer = await client.get(SEGMENTS, params=parameters, headers=headers)
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, field)


@pytest.mark.parametrize(
    "body",
    [
        b'{"mixins":' + b"[" * 100_000,
        b'{"mixins":' + b'{"a":' * 1_000 + b"1" + b"}" * 1_001,
        b'{"name":{"en":"' + b"x" * 10_001 + b'"},"siteCode":"main"}',
        b'{"version":' + b"9" * 5_000 + b"}",
        b'{"version":1e999999999}',
        orjson.dumps({"name": {"en": "x"}, "siteCode": "main", "mixins": {"a": ["x"] * 100_000}}),
    ],
    ids=["open lists", "deep objects", "a long text", "a long number", "an infinite number", "large mixins"],
)
async def test_a_rest_body_has_its_bounds(
    client: httpx.AsyncClient, headers: dict[str, str], body: bytes
) -> None:
    answer = await client.post(SEGMENTS, content=body, headers=headers | JSON)
    assert (answer.status_code, answer.json()["details"]["type"]) == (400, "validation")


@pytest.mark.parametrize(
    "body",
    [
        b'{"mixins":{"a":[' + b"1," * 50_000 + b"1]}}",
        b'{"mixins":{"a":[' + b"{}," * 5_000 + b"{}]}}",
        b'{"mixins":{"a":[' + b"1.5,1e9," * 1_200_000 + b"1]}}",
        b"[" * 9_000_000,
    ],
    ids=["values", "objects", "ten megabytes of numbers", "open lists"],
)
@pytest.mark.parametrize(
    "line",
    ["POST ", "PATCH /s", "DELETE /bulk", "PUT /s/customers/anna", "PUT /s/items/PRODUCT/bulk"],
)
async def test_a_heap_of_values_in_a_rest_body_is_refused_before_it_is_parsed(
    client: httpx.AsyncClient, headers: dict[str, str], line: str, body: bytes
) -> None:
    method, _, path = line.partition(" ")
    answer = await client.request(method, SEGMENTS + path, content=body, headers=headers | JSON)
    assert (answer.status_code, answer.json()["details"]["message"]) == (400, TOO_MANY_VALUES)


@pytest.mark.parametrize("path", ["/search", "/s/customers/search", "/s/items/search"])
async def test_a_search_is_short(client: httpx.AsyncClient, headers: dict[str, str], path: str) -> None:
    for size, status in ((65_536, 400), (65_537, 413)):
        content = b'{"q":"' + b"x" * (size - 8) + b'"}'
        answer = await client.post(SEGMENTS + path, content=content, headers=headers | JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, status)


async def test_as_many_products_are_matched_as_the_contract_says(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for many, status in ((10_000, 200), (10_001, 400)):
        ids = [f"p{number}" for number in range(many)]
        body = {"site": "m", "items": [{"id": one} for one in ids], "segmentIds": ids[:10_000]}
        answer = await client.post(f"{SEGMENTS}/match", json=body, headers=headers)
        assert answer.status_code == status
    assert answer.json()["details"]["message"] == "Maximum size of the payload array is 10000."


@pytest.mark.parametrize(
    "pattern",
    ["((a+)+)+$", "(a|a)*b", "(a|ab)*c", "([a-z]+)*[0-9]", "(.*a){30}", "(x+x+)+y"],
)
async def test_patterns_built_to_hang_do_not(
    client: httpx.AsyncClient, headers: dict[str, str], pattern: str
) -> None:
    """Each of them has more ways to fail on the text than could be tried before the deadline."""
    path = f"{SEGMENTS}/hangs"
    document = {"name": {"en": "a" * 5_000 + "!"}, "siteCode": "main"}
    assert (await client.put(path, json=document, headers=headers)).status_code in {201, 204}
    q = f"name.en:~({pattern})"
    answers = [
        await client.get(SEGMENTS, params={"q": q}, headers=headers),
        await client.post(
            "/graphql",
            json={"query": "query ($q: String) { segments(q: $q) { totalCount } }", "variables": {"q": q}},
            headers=headers,
        ),
    ]
    assert [answer.status_code for answer in answers] == [200, 200], [one.text for one in answers]
    assert "errors" not in answers[1].json()


async def test_ten_thousand_languages_are_one_header(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    languages = ",".join(f"x{number};q=0.1" for number in range(4_000))
    answer = await client.get(SEGMENTS, headers={**headers, "Accept-Language": languages})
    assert answer.status_code == 200

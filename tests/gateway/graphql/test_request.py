"""What the GraphQL endpoint makes of requests, before any resolver sees them."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.app import create_app
from gateway.graphql.endpoint import NEEDS_EVENTS
from gateway.graphql.request import RequestLimits
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.serving import client_of

LARGEST_BODY = RequestLimits().body
QUERY = "query Two($n: Boolean!) { __typename @skip(if: $n) }"
JSON = {"Content-Type": "application/json"}
MUTATION = (
    'mutation { segmentCreate(input: {id: "forged", siteCode: "m", name: [{language: "en", text: "x"}]}) '
    "{ userErrors { code } } }"
)
NUL = "The character U+0000 cannot be stored or searched for; remove it."


def refusal(message: str, code: str = "BAD_REQUEST") -> Mapping[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/graphql", params={"query": QUERY, "variables": '{"n": false}', "operationName": "Two"}
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


async def test_anybody_else_who_sends_no_query_is_told_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.json()) == (400, refusal("The request has no `query`."))


async def test_get_does_not_change_anything(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "mutation { __typename }"})
    assert answer.status_code == 405
    assert answer.json() == refusal("GET executes queries only; send this with POST.")
    assert answer.headers["Allow"] == "POST"


async def test_a_subscription_needs_a_stream(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "subscription { __typename }"})
    assert (answer.status_code, answer.json()) == (400, refusal(NEEDS_EVENTS))


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ('application/json;charset="utf-8"', 200),
        ("application/json; odata=verbose", 200),
        ('application/json; profile="a;b"; charset=utf-8;', 200),
        ("application/json; odata=verbose; charset=utf-16", 415),
        ("application/json, text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/json; charset=latin-1", 415),
        ("application/jsonp", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
        (None, 415),
    ],
)
async def test_only_json_is_read(client: httpx.AsyncClient, content_type: str | None, status: int) -> None:
    """The others are what a page of elsewhere can make a browser send without asking."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert answer.json() == refusal("The content type must be application/json in UTF-8.")


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"query": MUTATION}},
        {"files": {"query": (None, MUTATION)}},
        {"content": MUTATION, "headers": {"Content-Type": "text/plain"}},
        {"params": {"query": MUTATION}},
    ],
    ids=["form", "multipart", "text", "address"],
)
async def test_no_form_of_elsewhere_changes_anything(
    settings: Settings, secret: str, sent: dict[str, Any]
) -> None:
    token = {"Authorization": f"Bearer {issue_token(secret, 'csrf', [Scope.READ, Scope.MANAGE])}"}
    async with client_of(create_app(settings)) as client:
        refused = await client.post("/graphql", **{**sent, "headers": {**token, **sent.get("headers", {})}})
        read = {"query": '{ segment(id: "forged") { id } }'}
        kept = await client.post("/graphql", json=read, headers=token)
    assert refused.status_code == 415
    assert kept.json() == {"data": {"segment": None}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"query": "\\ud800"}',
        b'{"query": NaN}',
    ],
)
async def test_a_body_that_is_not_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers=JSON)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["message"].startswith("The request body is not JSON in UTF-8: ")
    assert error["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "The request body must be a JSON object; batches are not accepted."),
        ([{"query": "{ __typename }"}], "The request body must be a JSON object; batches are not accepted."),
        (None, "The request body must be a JSON object; batches are not accepted."),
        (7, "The request body must be a JSON object; batches are not accepted."),
        ({}, "The request has no `query`."),
        ({"query": ""}, "The request has no `query`."),
        ({"query": 1}, "`query` must be a string or null."),
        ({"query": ["{ __typename }"]}, "`query` must be a string or null."),
        ({"query": "{ __typename }", "variables": []}, "`variables` must be an object or null."),
        ({"query": "{ __typename }", "variables": "{}"}, "`variables` must be an object or null."),
        ({"query": "{ __typename }", "operationName": 3}, "`operationName` must be a string or null."),
        ({"query": "{ __typename }", "extensions": 3}, "`extensions` must be an object or null."),
        ({"query": "{ __typename }", "variables": {"x": {"y": ["\0"]}}}, NUL),
        ({"query": "{ __typename }", "variables": {"x\0": 1}}, NUL),
        ({"query": "{ __typename\0 }"}, NUL),
        ({"query": r'{ segment(id: "\u0000") { id } }'}, NUL),
        ({"query": r'{ segment(id: "a\u{0}b") { id } }'}, NUL),
        ({"query": r'{ segment(id: "a\u{0000}b") { id } }'}, NUL),
    ],
    ids=str,
)
async def test_a_request_of_the_wrong_shape_is_refused(
    client: httpx.AsyncClient, body: Any, message: str
) -> None:
    answer = await client.post("/graphql", content=orjson.dumps(body), headers=JSON)
    assert (answer.status_code, answer.json()) == (400, refusal(message))


SEVERAL = "The document has several operations; `operationName` must name one."
TWO = "query A { a: __typename } query B { b: __typename }"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("query", "name", "message"),
    [
        ("{ __typename }", "No", 'Unknown operation named "No".'),
        ("{ __typename }", "n" * 100, f'Unknown operation named "{"n" * 100}".'),
        ("{ __typename }", "n" * 101, f'Unknown operation named "{"n" * 100}…".'),
        (TWO, "C", 'Unknown operation named "C".'),
        (TWO, None, SEVERAL),
        (TWO, "", SEVERAL),
        ("fragment F on Query { __typename }", None, "The document has no operation."),
    ],
)
async def test_an_operation_that_cannot_be_determined_is_a_response_of_the_schema(
    client: httpx.AsyncClient, method: str, query: str, name: str | None, message: str
) -> None:
    """200 as application/json, as the GraphQL over HTTP specification recommends; 400 as the newer type."""
    members = {"query": query} | ({} if name is None else {"operationName": name})
    sent: dict[str, Any] = {"params": members} if method == "GET" else {"json": members}
    for accept, status in (("application/json", 200), ("application/graphql-response+json", 400)):
        response = await client.request(method, "/graphql", headers={"Accept": accept}, **sent)
        assert (response.status_code, response.json()) == (status, refusal(message))


async def test_an_empty_operation_name_is_none(client: httpx.AsyncClient) -> None:
    members = {"query": "query A { __typename }", "operationName": ""}
    by_get = await client.get("/graphql", params={**members, "variables": "", "extensions": ""})
    by_post = await client.post("/graphql", json=members)
    for response in (by_get, by_post):
        assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


async def test_head_is_answered_as_get(client: httpx.AsyncClient) -> None:
    for params, status in (
        ({"query": "{ __typename }"}, 200),
        ({"query": "{ nope }"}, 200),
        ({"query": "mutation { __typename }"}, 405),
        ({}, 400),
    ):
        get = await client.get("/graphql", params=params)
        head = await client.head("/graphql", params=params)
        assert (get.status_code, head.status_code) == (status, status)
        for name in ("content-type", "content-length", "allow"):
            assert head.headers.get(name) == get.headers.get(name)


async def test_what_a_client_sent_is_repeated_in_short(client: httpx.AsyncClient) -> None:
    long = "n" * 40_000
    for members in (
        {"query": "{ __typename }", "operationName": long},
        {"query": f"{{ {long} }}"},
        {"query": "query ($v: SegmentStatus) { __typename }", "variables": {"v": long}},
    ):
        with structlog.testing.capture_logs() as lines:
            response = await client.post("/graphql", json=members)
        assert len(response.json()["errors"][0]["message"]) <= 1_100
        assert len(str(lines)) < 2_000


@pytest.mark.parametrize("deepest", [100, 7])
async def test_json_has_a_deepest_level(settings: Settings, deepest: int) -> None:
    def nested(levels: int) -> bytes:
        return b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * levels + b"]" * levels + b"}}"

    async with client_of(create_app(settings.model_copy(update={"max_json_depth": deepest}))) as client:
        within = await client.post("/graphql", content=nested(deepest - 2), headers=JSON)
        beyond = await client.post("/graphql", content=nested(deepest - 1), headers=JSON)
        far_beyond = await client.post("/graphql", content=nested(5_000), headers=JSON)
    assert within.status_code == 200
    message = f"JSON may be nested {deepest} levels deep, no more."
    for answer in (beyond, far_beyond):
        assert (answer.status_code, answer.json()) == (400, refusal(message))


async def test_a_backslash_that_only_looks_like_nul_is_no_nul(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": r'{ __typename @include(if: "\\u0000") }'})
    assert answer.status_code == 200
    assert "U+0000" not in answer.json()["errors"][0]["message"]


async def test_a_body_may_be_so_large_and_no_larger(client: httpx.AsyncClient) -> None:
    def padded(size: int) -> bytes:
        body = b'{"query": "{ __typename }"}'
        return body + b" " * (size - len(body))

    assert (await client.post("/graphql", content=padded(LARGEST_BODY), headers=JSON)).status_code == 200
    answer = await client.post("/graphql", content=padded(LARGEST_BODY + 1), headers=JSON)
    assert (answer.status_code, answer.json()) == (
        413,
        refusal("The request body is too large: at most 1,000,000 bytes are allowed."),
    )


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ nope }",
        "{ __typename @nope }",
        "query($x: Nope) { __typename }",
        '{ __typename(a: "\\ud800") }',
    ],
)
async def test_a_document_that_is_wrong_is_explained(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.post("/graphql", json={"query": query})
    assert answer.status_code == 200
    assert "data" not in answer.json()
    for error in answer.json()["errors"]:
        assert error["extensions"] == {"code": "BAD_REQUEST"}
        assert error["message"]


async def test_a_document_that_is_nested_too_deeply_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{a" * 20_000})
    [error] = answer.json()["errors"]
    assert error["message"] == "Syntax Error: Document is nested too deeply. Parsing aborted."
    assert error["extensions"] == {"code": "BAD_REQUEST"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
members = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("query", "variables", "operationName", "extensions"), json_values)
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary() | (members | json_values).map(orjson.dumps))
async def test_no_body_is_a_server_error(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers=JSON)
    assert answer.status_code in {200, 400, 415}
    assert answer.json()["errors"]


async def test_the_access_line_names_the_operation_and_counts_its_statements(
    client: httpx.AsyncClient,
) -> None:
    with structlog.testing.capture_logs() as logs:
        await client.post(
            "/graphql", json={"query": QUERY, "operationName": "Two", "variables": {"n": False}}
        )
    [line] = logs
    assert line["duration_ms"] >= 0
    assert (line["path"], line["status"], line["operation"], line["statements"]) == (
        "/graphql",
        200,
        "Two",
        0,
    )

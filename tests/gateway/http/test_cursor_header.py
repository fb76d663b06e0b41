"""The cursor behind a write, and reads that bring one: both APIs, without a standby."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.keys import SharedSecret
from gateway.identity.tokens import JwtVerifier, issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from resolvers.changes.cursor import CursorSeal, Position
from tests.gateway.serving import client_of, listening
from tests.gateway.streaming import Tenant

DOCUMENT: Final = {"name": {"en": "Gold"}, "siteCode": "main"}
FOREIGN: Final = "Segments-After is no cursor of this tenant's changes."
UNKNOWN: Final = (
    "The log of changes has not come to this cursor, or is another one by now. Read without Segments-After."
)
ASSIGN: Final = """mutation {
  a: segmentUpsert(id: "gold", input: {name: [{language: "en", text: "x"}], siteCode: "main"}) { effect }
  b: segmentUpsert(id: "gold", input: {name: [{language: "en", text: "y"}], siteCode: "main"}) { effect }
}"""
CUSTOMER: Final = 'mutation { customersUpsert(customers: [{id: "ada"}]) { results { effect } } }'
ABSENT: Final = 'mutation { segmentDelete(id: "none") { userErrors { code } } }'
INVALID: Final = 'mutation { segmentDelete(id: "") { userErrors { code } } }'

Number = Callable[[httpx.Response], tuple[int, int] | None]


@pytest.fixture
async def http(settings: Settings, secret: str, tenant: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a token of the tenant."""
    token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
    batching = settings.model_copy(update={"batching": True})
    async with client_of(create_app(batching)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def path(tenant: str) -> str:
    return f"/customer-segment/{tenant}/segments"


@pytest.fixture
def number(secret: str, tenant: str) -> Number:
    """The number of the newest change behind a write, and of the writes without changes before it."""
    seal = CursorSeal(secret.encode())

    def number(response: httpx.Response) -> tuple[int, int] | None:
        cursor = response.headers.get("Segments-Cursor")
        if cursor is None:
            return None
        position = seal.position(tenant, cursor)
        return position.seq, position.writes

    return number


async def test_each_write_of_rest_answers_with_its_cursor(
    http: httpx.AsyncClient, path: str, number: Number
) -> None:
    old = {**DOCUMENT, "metadata": {"version": 7}}
    bulk = [{"id": f"s{index}", **DOCUMENT} for index in range(3)]
    requests: list[tuple[str, str, Any, int, tuple[int, int] | None]] = [
        ("GET", "/gold", None, 404, None),
        ("DELETE", "/gold", None, 204, (0, 0)),
        ("PUT", "/gold", DOCUMENT, 201, (1, 0)),
        ("GET", "/gold", None, 200, None),
        ("PUT", "/gold", old, 409, (1, 0)),
        ("PATCH", "/none", [], 404, (1, 0)),
        ("PUT", "/gold", {}, 400, None),
        ("PUT", "/bulk", bulk, 207, (4, 0)),
        ("POST", "/search", {}, 200, None),
        ("DELETE", "/gold", None, 204, (5, 0)),
    ]
    for method, below, body, status, expected in requests:
        kind = "json-patch+json" if method == "PATCH" else "json"
        headers = {} if body is None else {"Content-Type": f"application/{kind}"}
        response = await http.request(method, path + below, json=body, headers=headers)
        assert (method, below, response.status_code, number(response)) == (method, below, status, expected)


async def test_each_mutation_answers_with_its_cursor(http: httpx.AsyncClient, number: Number) -> None:
    for query, expected in (
        ("{ viewer { tenant } }", None),
        (CUSTOMER, (0, 1)),
        (ASSIGN, (2, 0)),
        (CUSTOMER, (2, 1)),
        (CUSTOMER.replace("ada", "eve"), (2, 2)),
        (ABSENT, (2, 2)),
        (INVALID, None),
    ):
        response = await http.post("/graphql", json={"query": query, "extensions": {"cursor": True}})
        assert (query, response.status_code, number(response)) == (query, 200, expected)
        cursor = response.headers.get("Segments-Cursor")
        extensions = None if cursor is None else {"cursor": cursor}
        assert response.json().get("extensions") == extensions
    batch = [{"query": CUSTOMER.replace("ada", "kim")}, {"query": ASSIGN}, {"query": "{ viewer { tenant } }"}]
    response = await http.post("/graphql", json=batch)
    assert number(response) == (4, 0)
    assert [one.get("extensions") for one in response.json()] == [None] * 3


async def test_a_cursor_of_a_write_is_one_of_the_feed(http: httpx.AsyncClient, path: str) -> None:
    written = await http.put(f"{path}/gold", json=DOCUMENT)
    uncounted = await http.post("/graphql", json={"query": CUSTOMER})
    changes = (await http.get(f"{path[:-9]}/changes")).json()
    assert changes["cursor"] == written.headers["Segments-Cursor"]
    for response in (written, uncounted):
        cursor = response.headers["Segments-Cursor"]
        after = (await http.get(f"{path[:-9]}/changes", params={"after": cursor})).json()
        assert (after["changes"], after["cursor"]) == ([], changes["cursor"])
    for cursor in (changes["cursor"], changes["changes"][0]["cursor"]):
        assert (await http.get(f"{path}/gold", headers={"Segments-After": cursor})).status_code == 200


async def test_a_mutation_over_a_socket_has_its_cursor(settings: Settings, secret: str, tenant: str) -> None:
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, tenant, secret)
        async with shop.greeted(scopes="RM") as socket:
            payload = {"query": CUSTOMER, "extensions": {"cursor": True}}
            await socket.send(id="m", type="subscribe", payload=payload)
            message = await socket.next()
    cursor = message["payload"]["extensions"]["cursor"]
    assert CursorSeal(secret.encode()).position(tenant, cursor).writes == 1


async def test_a_wrong_cursor_is_400_in_both_apis(
    http: httpx.AsyncClient, path: str, tenant: str, secret: str
) -> None:
    await http.put(f"{path}/gold", json=DOCUMENT)
    seal = CursorSeal(secret.encode())
    beyond = seal.cursor(tenant, Position("0123abcd", 1))
    for cursor, message in (
        ("nonsense", FOREIGN),
        (seal.cursor("other", Position("0123abcd", 1)), FOREIGN),
        (beyond, UNKNOWN),
    ):
        headers = {"Segments-After": cursor}
        rest = await http.get(f"{path}/gold", headers=headers)
        assert (rest.status_code, rest.json()["details"]) == (
            400,
            {"field": "Segments-After", "type": "validation", "message": message},
        )
        error = {"message": message, "extensions": {"code": "INVALID_ARGUMENT"}}
        for query in ('{ segment(id: "gold") { id } }', "{ viewer { tenant } }"):
            graphql = await http.post("/graphql", json={"query": query}, headers=headers)
            assert (graphql.status_code, graphql.json()) == (400, {"errors": [error]})
        batch = await http.post("/graphql", json=[{"query": "{ viewer { tenant } }"}], headers=headers)
        assert (batch.status_code, batch.json()[0]["errors"][0]["message"]) == (200, message)
        for sent in (CUSTOMER, "{ __typename "):
            ignored = await http.post("/graphql", json={"query": sent}, headers=headers)
            assert ignored.status_code == 200, "a mutation, or what is no operation"
        assert (await http.put(f"{path}/gold", json=DOCUMENT, headers=headers)).status_code == 204


async def test_an_empty_cursor_and_an_anonymous_callers_are_passed_over(
    http: httpx.AsyncClient, path: str
) -> None:
    await http.put(f"{path}/gold", json=DOCUMENT)
    assert (await http.get(f"{path}/gold", headers={"Segments-After": ""})).status_code == 200
    del http.headers["Authorization"]
    response = await http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"Segments-After": "nonsense"}
    )
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


async def test_a_gateway_without_a_secret_has_no_cursors(
    settings: Settings, secret: str, tenant: str, path: str
) -> None:
    keyless = settings.model_copy(
        update={"token_secret": None, "jwks_url": "https://keys.example/", "cursor_secret": None}
    )
    token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
    verifier = JwtVerifier(SharedSecret(secret))
    async with client_of(create_app(keyless, verifier=verifier)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        written = await client.put(f"{path}/gold", json=DOCUMENT)
        assert (written.status_code, "Segments-Cursor" in written.headers) == (201, False)
        read = await client.get(f"{path}/gold", headers={"Segments-After": "x"})
        assert (read.status_code, read.json()["details"]["message"]) == (400, FOREIGN)

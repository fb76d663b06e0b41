"""The express way leads to the same door as the routes do."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.app import create_app
from gateway.express import ExpressWay
from gateway.settings import Settings
from gateway.tokens import issue_token
from resolvers.caller import Scope as TokenScope
from tests.gateway.serving import client_of

JSON = {"Content-Type": "application/json"}
QUERY = b'{"query": "{ segments { totalCount nodes { id } } }"}'


@pytest.mark.parametrize(
    ("scope", "way"),
    [
        ({"type": "http", "method": "POST", "path": "/graphql"}, "door"),
        ({"type": "http", "method": "GET", "path": "/graphql"}, "routes"),
        ({"type": "http", "method": "OPTIONS", "path": "/graphql"}, "routes"),
        ({"type": "http", "method": "POST", "path": "/graphql/"}, "routes"),
        ({"type": "http", "method": "POST", "path": "/oauth/token"}, "routes"),
        ({"type": "websocket", "path": "/graphql"}, "routes"),
        ({"type": "lifespan"}, "routes"),
    ],
)
async def test_only_what_is_posted_to_the_door_passes_by_the_routes(scope: dict[str, Any], way: str) -> None:
    taken: list[str] = []

    def place(name: str) -> Any:
        async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
            taken.append(name)

        return app

    await ExpressWay(place("routes"), door=place("door"))(scope, place("receive"), place("send"))
    assert taken == [way]


@pytest.fixture
async def both(settings: Settings) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of a gateway with the express way, and of one without."""
    express, routes = (create_app(settings.model_copy(update={"express_way": one})) for one in (True, False))
    async with client_of(express) as with_it, client_of(routes) as without_it:
        yield [with_it, without_it]


@pytest.mark.parametrize("express_way", [True])
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, QUERY),
        ({**JSON, "Accept": "application/graphql-response+json"}, QUERY),
        ({**JSON, "Accept": "text/html"}, QUERY),
        ({**JSON, "Authorization": "Bearer nonsense"}, QUERY),
        ({**JSON, "Authorization": ""}, QUERY),
        ({**JSON, "X-Request-Id": "r-1", "Emporix-Tenant": "other"}, QUERY),
        ({"Content-Type": "text/plain"}, QUERY),
        ({}, QUERY),
        (JSON, b""),
        (JSON, b"[]"),
        (JSON, b'{"query": "{ nope }"}'),
        (JSON, b'{"query": "{"}'),
        (JSON, b'{"query": "mutation { segmentDelete(id: \\"x\\") { userErrors { code } } }"}'),
        (JSON, b'{"query": "subscription { x }"}'),
        (JSON, b'{"query": "{ a: __typename }", "extensions": {"cost": true}}'),
        (JSON, b'{"query": "{ a: __typename }", "variables": 1}'),
        (JSON, QUERY.ljust(1_000_001)),
    ],
)
async def test_both_ways_answer_alike(
    both: list[httpx.AsyncClient], secret: str, headers: Mapping[str, str], body: bytes
) -> None:
    token = issue_token(secret, "acme", [TokenScope.READ])
    asked = {"Authorization": f"Bearer {token}", "X-Request-Id": "r-0", **headers}
    for _ in range(2):  # the second time, the token and the document are known
        with_it, without_it = [await one.post("/graphql", headers=asked, content=body) for one in both]
        assert with_it.status_code == without_it.status_code
        assert dict(with_it.headers) == dict(without_it.headers)
        assert with_it.content == without_it.content

"""Which endpoint answers which path and method."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.app import create_app
from gateway.http.routing import Router, endpoint
from gateway.settings.settings import Settings
from tests.gateway.serving import client_of

NO_ENDPOINT = {"code": 404, "status": "Not Found", "message": "No such endpoint."}
NOT_ALLOWED = {
    "code": 405,
    "status": "Method Not Allowed",
    "message": "The method is not allowed for this path.",
}


def says(text: str) -> ASGIApp:
    return PlainTextResponse(text)


@pytest.fixture
def router() -> Router:
    endpoints = {"/a": endpoint(says("a"), "GET", "POST"), "/p/a": endpoint(says("inside"), "POST")}
    return Router(endpoints, prefix="/p", below=says("below"))


@pytest.fixture
async def client(router: Router) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(router)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/a", "a"),
        ("POST", "/a?b", "a"),
        ("GET", "/%61", "a"),
        ("POST", "/p/a", "inside"),
        ("GET", "/p/", "below"),
        ("DELETE", "/p/a/b", "below"),
        ("GET", "/p/line%0Abreak", "below"),
    ],
)
async def test_an_exact_path_precedes_the_prefix(
    client: httpx.AsyncClient, method: str, path: str, text: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.text) == (200, text)


async def test_an_endpoint_for_get_answers_head(client: httpx.AsyncClient) -> None:
    assert (await client.head("/a")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/a/", "//a", "/A", "/a%0A", "/p", "/pa", "/b"])
async def test_every_other_path_is_404(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (404, NO_ENDPOINT)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("OPTIONS", "/a", "GET, HEAD, POST"), ("PUT", "/a", "GET, HEAD, POST"), ("GET", "/p/a", "POST")],
)
async def test_405_names_the_methods_that_are_allowed(
    client: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, allow)
    assert response.json() == NOT_ALLOWED


@pytest.mark.parametrize(
    ("path", "root_path", "text"), [("/shop/a", "/shop", "a"), ("/shop/p/x", "/shop", "below")]
)
async def test_paths_are_those_below_the_root_path(
    router: Router, path: str, root_path: str, text: str
) -> None:
    transport = httpx.ASGITransport(router, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get(path)).text == text


async def exchanged(app: ASGIApp, scope: dict[str, Any], *received: Message) -> list[Message]:
    """What an application sends in answer to what it receives."""
    incoming, sent = list(received), list[Message]()

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize("path", ["/customer-segment/acme/segments", "/healthz", "/nowhere"])
async def test_a_websocket_is_closed_on_every_other_path(settings: Settings, path: str) -> None:
    scope = {"type": "websocket", "path": path, "headers": [], "query_string": b"", "state": {}}
    [message] = await exchanged(create_app(settings), scope)
    assert (message["type"], message["code"]) == ("websocket.close", 1000)


async def test_the_lifespan_opens_the_database_for_all_requests(settings: Settings) -> None:
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "state": state}
    messages = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    sent = await exchanged(create_app(settings), scope, *messages)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert set(state) == {"database", "replica", "streams"}


async def test_the_gateway_below_a_mount_answers_both_apis(settings: Settings, tenant: str) -> None:
    gateway = create_app(settings)

    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await gateway({**scope, "root_path": "/shop"}, receive, send)

    mounted.router = gateway.router  # type: ignore[attr-defined]  # for its lifespan
    async with client_of(mounted) as client:  # type: ignore[arg-type]
        graphql = await client.post("/shop/graphql", json={"query": "{ __typename }"})
        rest = await client.get(f"/shop/customer-segment/{tenant[:16]}/segments")
    assert (graphql.status_code, graphql.json()) == (200, {"data": {"__typename": "Query"}})
    assert (rest.status_code, "fault" in rest.json()) == (401, True)

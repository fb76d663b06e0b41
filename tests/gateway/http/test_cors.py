"""Scripts of other sites read nothing, unless the settings name where they come from."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.serving import client_of

SHOP = "https://shop.example"
PATHS = ("/graphql", "/customer-segment/acme/segments")


def preflight(origin: str, method: str = "POST") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,segments-after",
    }


def cors_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.fixture
async def shared(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that scripts of the shop may call."""
    async with client_of(create_app(settings.model_copy(update={"cors_origins": (SHOP,)}))) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
async def test_it_is_off_unless_configured(client: httpx.AsyncClient, path: str) -> None:
    asked = await client.options(path, headers=preflight(SHOP))
    assert (asked.status_code, cors_headers(asked)) == (405, {})
    answer = await client.get(path, headers={"Origin": SHOP})
    assert cors_headers(answer) == {}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_named_origin_may_ask_with_a_token(shared: httpx.AsyncClient, path: str, method: str) -> None:
    answer = await shared.options(path, headers=preflight(SHOP, method))
    assert answer.status_code == 200
    assert cors_headers(answer) == {
        "access-control-allow-origin": SHOP,
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "authorization,content-type,segments-after",
        "access-control-max-age": "600",
    }
    assert len(answer.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    ("path", "status"),
    [("/graphql", 400), ("/customer-segment/acme/segments", 401), ("/graphql?x=".ljust(10_300, "x"), 414)],
)
async def test_a_named_origin_reads_answers_and_refusals_alike(
    shared: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await shared.get(path, headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers["Vary"]) == (status, "Origin")
    assert cors_headers(answer) == {
        "access-control-allow-origin": SHOP,
        "access-control-expose-headers": "Content-Language, ETag, Retry-After, Segments-Cursor, "
        "WWW-Authenticate, X-Next-Cursor, X-Prev-Cursor, X-Request-Id, X-Total-Count",
    }


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evil.example/https://shop.example",
        "https://shopxexample",
    ],
)
async def test_any_other_origin_is_refused(shared: httpx.AsyncClient, origin: str) -> None:
    asked = await shared.options("/graphql", headers=preflight(origin))
    assert asked.status_code == 400
    assert "access-control-allow-origin" not in asked.headers
    answer = await shared.post("/graphql", json={"query": "{__typename}"}, headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


async def test_any_origin_may_be_allowed_but_never_its_cookies(settings: Settings) -> None:
    async with client_of(create_app(settings.model_copy(update={"cors_origins": ("*",)}))) as client:
        asked = await client.options("/graphql", headers=preflight("https://anywhere.example"))
        answer = await client.get("/graphql", headers={"Origin": "https://a.example", "Cookie": "a=b"})
    for one in (asked, answer):
        assert one.headers["Access-Control-Allow-Origin"] == "*"
        assert "access-control-allow-credentials" not in one.headers

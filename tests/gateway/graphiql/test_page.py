"""What is served for the GraphiQL page, and to whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.serving import client_of

HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGE = "<!doctype html><title>GraphiQL</title>"
SCRIPT = "console.log('a script that is long enough to be worth a compression')\n" * 20


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """What the build step leaves, in small."""
    assets = tmp_path / "bundle" / "graphql" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-1a2b3c.js").write_text(SCRIPT)
    (tmp_path / "bundle" / "index.html").write_text(PAGE)
    return tmp_path / "bundle"


@pytest.fixture
async def client(settings: Settings, bundle: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings, bundle=bundle)) as client:
        yield client


@pytest.fixture
async def client_without_page(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings, bundle=tmp_path / "nothing")) as client:
        yield client


async def test_a_browser_is_shown_the_page_and_bound_to_this_gateway(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", headers=HTML)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("lines", "shows_page"),
    [
        (["text/html"], True),
        (["application/xhtml+xml", "text/html"], True),
        (["TEXT/HTML"], True),
        (["text/*"], True),
        (["application/json, text/html"], True),
        (["text/html;q=0.9", "*/*;q=0.8"], True),
        (["text/html;q=0", "*/*"], False),
        (["application/json, text/html;q=0.5"], False),
        (["*/*"], False),
        (["text/htmlx, */*"], False),
    ],
)
async def test_the_page_is_the_response_to_requests_that_prefer_html(
    client: httpx.AsyncClient, lines: list[str], *, shows_page: bool
) -> None:
    response = await client.get("/graphql", headers=[("Accept", line) for line in lines])
    assert (response.text == PAGE) is shows_page
    assert response.status_code == (200 if shows_page else 400)


async def test_the_page_is_shown_whatever_token_comes_with_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", headers={**HTML, "Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.text) == (200, PAGE)


async def test_head_is_answered_as_get(client: httpx.AsyncClient) -> None:
    get, head = [await client.request(method, "/graphql", headers=HTML) for method in ("GET", "HEAD")]
    assert (head.status_code, head.headers["Content-Type"]) == (200, get.headers["Content-Type"])
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


async def test_an_empty_query_is_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql?query=", headers=HTML)
    assert (answer.status_code, answer.text) == (200, PAGE)


async def test_a_browser_that_asks_a_query_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ __typename }"}, headers=HTML)
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_assets_are_kept_for_good(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql/assets/index-1a2b3c.js")
    assert (answer.status_code, answer.text) == (200, SCRIPT)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("header", "is_compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, identity", False),
        ("br", False),
        ("", False),
    ],
)
async def test_an_asset_is_compressed_where_the_client_accepts_it(
    client: httpx.AsyncClient, header: str, *, is_compressed: bool
) -> None:
    answer = await client.get("/graphql/assets/index-1a2b3c.js", headers={"Accept-Encoding": header})
    assert (answer.text, "Content-Encoding" in answer.headers) == (SCRIPT, is_compressed)
    assert answer.headers["Vary"] == "Accept-Encoding"


async def test_an_asset_is_only_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql/assets/index-1a2b3c.js")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path", ["", "/", "/index-gone.js", "/../../index.html", "/%2e%2e/%2e%2e/index.html"]
)
async def test_nothing_else_is_an_asset(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/graphql/assets{path}")
    assert answer.status_code == 404


async def test_where_the_page_was_not_built_a_browser_is_told_how_to_get_it(
    client_without_page: httpx.AsyncClient,
) -> None:
    answer = await client_without_page.get("/graphql", headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "uv sync --reinstall-package segment-gateway" in answer.text
    assert "curl http://gateway/graphql \\" in answer.text
    assert (await client_without_page.get("/graphql/assets/index-1a2b3c.js")).status_code == 404


async def test_no_address_becomes_part_of_the_page(client_without_page: httpx.AsyncClient) -> None:
    answer = await client_without_page.get("/graphql", headers={**HTML, "Host": "<script>alert(1)</script>"})
    assert "<script>" not in answer.text


async def test_without_the_page_graphql_is_answered_all_the_same(
    client_without_page: httpx.AsyncClient,
) -> None:
    answer = await client_without_page.post("/graphql", json={"query": "{ __typename }"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})

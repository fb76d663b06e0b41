"""An offered upgrade is ignored: the body is read, and the connection goes on (RFC 9110, section 7.8)."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.raw_http import exchange, framed, head
from tests.gateway.serving import http_client, listening

pytestmark = pytest.mark.slow

JSON = "Content-Type: application/json"
QUERY = b'{"query": "{ __typename }"}'
DATA = b'{"data":{"__typename":"Query"}}'
LAST = head("GET", "/healthz", "Connection: close", offers=False) + b"\r\n"
GOLD = {"name": {"en": "Gold"}, "siteCode": "main", "status": "ACTIVE"}


@pytest.fixture(scope="module")
async def url(settings: Settings) -> AsyncIterator[str]:
    """One gateway for all offers."""
    async with listening(create_app(settings)) as url:
        yield url


@pytest.fixture
def authorization(secret: str, tenant: str) -> str:
    return f"Bearer {issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])}"


@pytest.fixture
async def rest(url: str, tenant: str, authorization: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client without offers, with the segment `gold`."""
    base = f"{url}/customer-segment/{tenant}/segments"
    async with http_client(base, headers={"Authorization": authorization}) as client:
        assert (await client.put("/gold", json=GOLD)).status_code == 201
        yield client


def target(rest: httpx.AsyncClient, path: str) -> str:
    """The request target of a path below the tenant's segments."""
    return rest.base_url.path.removesuffix("/") + path


def packets(start: bytes, end: bytes, size: str) -> list[bytes]:
    """A request in one packet, with its body in another, or in packets of seven bytes."""
    if size == "one":
        return [start + end]
    if size == "two":
        line, rest = end.split(b"\r\n\r\n", 1)
        return [start + line + b"\r\n\r\n", rest]
    return [(start + end)[position : position + 7] for position in range(0, len(start + end), 7)]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("size", ["one", "two", "many"])
async def test_a_query_is_answered_and_the_connection_goes_on(url: str, size: str, *, chunked: bool) -> None:
    request = packets(head("POST", "/graphql", JSON), framed(QUERY, chunked=chunked), size)
    responses = await exchange(url, [*request, *request, LAST])
    assert responses[:2] == [(200, DATA), (200, DATA)]
    assert [status for status, _ in responses] == [200, 200, 200]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("size", ["one", "two"])
@pytest.mark.parametrize("path", ["/gold/customers/c", "/gold/customers/c/le", "/gold/items/PRODUCT/p"])
async def test_an_outdated_write_changes_nothing(
    url: str, rest: httpx.AsyncClient, authorization: str, path: str, size: str, *, chunked: bool
) -> None:
    """Without its body it would be a write without a version, which replaces what is stored."""
    first: dict[str, Any] = {"mixins": {"a": {"b": 1}}, "metadata": {"mixins": {"a": "https://shop/a.json"}}}
    assert (await rest.put(path, json=first)).status_code == 201
    second = {**first, "mixins": {"a": {"b": 2}}}
    assert (await rest.put(path, json=second)).status_code == 204
    stored = (await rest.get(path)).json()
    outdated = orjson.dumps({**first, "metadata": {**first["metadata"], "version": 1}})
    start = head("PUT", target(rest, path), JSON, f"Authorization: {authorization}")
    responses = await exchange(url, [*packets(start, framed(outdated, chunked=chunked), size), LAST])
    assert [status for status, _ in responses] == [409, 200]
    assert (await rest.get(path)).json() == stored


CREATED = {"index": 1, "id": "new", "code": 201, "status": "Created"}
DELETED = {"index": 1, "id": "gold", "code": 204, "status": "OK"}
WRITES: list[tuple[str, str, Any, int, Any]] = [
    ("POST", "", {**GOLD, "id": "new"}, 201, {"id": "new"}),
    ("PATCH", "/gold", [{"op": "replace", "path": "/siteCode", "value": "b"}], 204, None),
    ("POST", "/bulk", [{**GOLD, "id": "new"}], 207, [CREATED]),
    ("DELETE", "/bulk", ["gold"], 207, [DELETED]),
    ("POST", "/search", {"q": "id:none"}, 200, []),
    ("POST", "/match", {"siteCode": "main", "items": [{"id": "p"}], "segmentIds": ["gold"]}, 200, []),
    ("PUT", "/gold/customers/bulk", [], 207, []),
    ("DELETE", "/gold", {"anything": 1}, 204, None),
]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {write[1]}")
async def test_a_write_is_read_with_its_body(
    url: str,
    rest: httpx.AsyncClient,
    authorization: str,
    write: tuple[str, str, Any, int, Any],
    *,
    chunked: bool,
) -> None:
    method, path, body, status, content = write
    start = head(method, target(rest, path), JSON, f"Authorization: {authorization}")
    request = packets(start, framed(orjson.dumps(body), chunked=chunked), "two")
    responses = await exchange(url, [*request, LAST])
    assert [code for code, _ in responses] == [status, 200]
    if content is not None:
        assert orjson.loads(responses[0][1]) == content


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
async def test_a_body_is_never_run_as_a_request(url: str, *, chunked: bool) -> None:
    body = b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: shop\r\n\r\n"
    start = head("POST", "/graphql", JSON)
    for size in ("one", "two", "many"):
        responses = await exchange(url, [*packets(start, framed(body, chunked=chunked), size), LAST])
        assert [status for status, _ in responses] == [400, 200]
        assert orjson.loads(responses[0][1])["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "lines",
    [
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: a=="],
        ["Connection: keep-alive", "Connection: upgrade", "Upgrade: TLS/1.0, HTTP/2.0"],
        ["Upgrade: h2c", "Connection: Upgrade", "Upgrade: h2c"],
        ["Connection: Upgrade"],
        ["Upgrade: h2c"],
    ],
)
async def test_every_offer_is_ignored(url: str, lines: list[str]) -> None:
    start = head("POST", "/graphql", JSON, *lines, offers=False)
    get = head("GET", "/graphql?query={__typename}", *lines, offers=False) + b"\r\n"
    responses = await exchange(url, [start + framed(QUERY, chunked=False) + get, LAST])
    assert responses[:2] == [(200, DATA), (200, DATA)]


async def test_an_expected_100_continue_is_sent(url: str) -> None:
    start = head("POST", "/graphql", JSON, "Expect: 100-continue")
    line, body = framed(QUERY, chunked=False).split(b"\r\n\r\n")
    responses = await exchange(url, [start + line + b"\r\n\r\n", body, LAST])
    assert responses[:2] == [(100, b""), (200, DATA)]


CHANGED = "The resource you are attempting to access has changed."
JAVA = Path(__file__).with_name("JavaClient.java")


def java_can_run() -> bool:
    java = shutil.which("java")
    if java is None:
        return False
    modules = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False)  # noqa: S603
    return "jdk.compiler" in modules.stdout and "java.net.http" in modules.stdout


@pytest.mark.skipif(not java_can_run(), reason="needs Java with its compiler and HTTP client (a JDK)")
async def test_the_http_client_of_java_is_answered(
    url: str, rest: httpx.AsyncClient, authorization: str
) -> None:
    """It prefers HTTP/2, so it offers h2c with its first request to each address."""
    arguments = [url, target(rest, ""), authorization]
    process = await asyncio.create_subprocess_exec("java", str(JAVA), *arguments, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert output.decode().splitlines() == [
        '200 {"data":{"__typename":"Query"}}',
        "204 ",
        f'409 {{"code":409,"status":"Conflict","message":"{CHANGED}","resourceId":"gold"}}',
        "200 []",
    ]

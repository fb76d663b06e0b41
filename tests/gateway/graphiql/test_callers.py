"""The demo's tokens: for the page on this machine, in the demo, and for nobody else."""

from typing import Any

import httpx
import pytest
import structlog

from gateway.app import create_app, verifier_of
from gateway.commands.demo import DEMO_TENANT
from gateway.graphiql.callers import is_browser_on_this_machine
from gateway.settings.settings import Settings
from tests.gateway.serving import http_client, listening

HERE = ("127.0.0.1", 50_000)


async def callers_shown(settings: Settings, host: str, client: tuple[str, int] = HERE) -> httpx.Response:
    app = create_app(settings)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=client), base_url=f"http://{host}"
    ) as browser:
        return await browser.get("/graphql/callers.json")


def is_offered(host: bytes, *headers: tuple[bytes, bytes], **members: Any) -> bool:
    """Whether a request with this Host is offered tokens: to port 8000 of this machine, from here."""
    sent = [(b"host", host)] if host else []
    lower = [(name.lower(), value) for name, value in headers]
    scope = {"client": HERE, "server": ("127.0.0.1", 8000), "http_version": "1.1", "headers": [*sent, *lower]}
    return is_browser_on_this_machine({**scope, **members})


@pytest.fixture
def demo(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": True})


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_the_demo_offers_its_callers_to_this_machine(demo: Settings, host: str) -> None:
    answer = await callers_shown(demo, host)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    offered: list[dict[str, Any]] = answer.json()
    assert [one["name"] for one in offered] == ["administrator", "anna", "david"]
    assert [one["description"] for one in offered] == [
        "Administrator, who reads and writes everything",
        "Anna, a private customer, who sees her own segments",
        "David, who buys for Hütten Nord GmbH",
    ]
    verifier = verifier_of(demo)
    callers = [await verifier.verify(one["token"]) for one in offered]
    assert [(caller.tenant, caller.customer_id) for caller in callers] == [
        (DEMO_TENANT, None),
        (DEMO_TENANT, "anna"),
        (DEMO_TENANT, "david"),
    ]


async def test_another_machine_is_offered_nothing(demo: Settings) -> None:
    assert (await callers_shown(demo, "127.0.0.1:8000", ("192.0.2.7", 50_000))).json() == []


async def test_a_foreign_name_for_this_machine_is_offered_nothing(demo: Settings) -> None:
    """A page elsewhere can let its own name point here; the browser then takes us for its origin."""
    assert (await callers_shown(demo, "rebound.example.com:8000")).json() == []


MALFORMED = [
    *(
        b"",
        b"localhost",
        b"127.0.0.1",
        b"localhost:80",
        b"localhost:8001",
        b"127.0.0.2:8000",
        b"[::1",
        b"[::1]",
    ),
    *(b"::1:8000", b"localhost:8000:8000", b"localhost:x", b"a@localhost:8000", b"localhost:8000/", b"\xff"),
    *(
        b"localhost.:8000",
        b"localhost:08000",
        b"[::1%25lo]:8000",
        b"2130706433:8000",
        b"127.1:8000",
        b"[]:8000",
    ),
    *(b":8000", b"[::ffff:127.0.0.1]:8000", b"localhost,evil.example:8000", b"localhost:8000, evil.example"),
]


def test_the_host_is_a_name_of_this_machine_with_the_port() -> None:
    for host in (b"localhost:8000", b"127.0.0.1:8000", b"[::1]:8000"):
        assert is_offered(host)
        assert not is_offered(host, (b"Host", host))
        assert not is_offered(host, (b"Host", b"evil.example"))
    assert is_offered(b"localhost", server=("127.0.0.1", 80))


@pytest.mark.parametrize("host", MALFORMED)
def test_a_host_that_is_malformed_or_of_another_port_is_offered_nothing(host: bytes) -> None:
    assert not is_offered(host)


def test_who_cannot_be_known_is_offered_nothing() -> None:
    for members in ({"client": None}, {"server": None}, {"server": ("/run/gateway.sock", None)}):
        assert not is_offered(b"localhost:8000", **members)
    assert not is_offered(b"localhost:8000", client=("192.0.2.7", 1))
    assert not is_offered(b"localhost:8000", client=("localhost.evil.example", 1))


FORWARDING = [
    *(
        b"Forwarded",
        b"Via",
        b"X-Forwarded-For",
        b"X-Forwarded-Host",
        b"X-Forwarded-Proto",
        b"X-Forwarded-Port",
    ),
    *(
        b"X-Forwarded-Server",
        b"X-Forwarded-Prefix",
        b"X-Forwarded",
        b"Forwarded-For",
        b"X-Real-IP",
        b"Client-IP",
    ),
    *(b"X-Client-IP", b"X-Cluster-Client-IP", b"X-ProxyUser-Ip", b"X-Original-Host", b"X-Original-URI"),
    *(b"X-Original-Forwarded-For", b"X-Scheme", b"X-Request-Id", b"X-Request-Start", b"X-Amzn-Trace-Id"),
    *(
        b"True-Client-IP",
        b"CF-Connecting-IP",
        b"CF-Ray",
        b"CDN-Loop",
        b"Fastly-Client-IP",
        b"X-Envoy-Internal",
    ),
    *(
        b"Proxy-Connection",
        b"Max-Forwards",
        b"X-Varnish",
        b"Traceparent",
        b"Surrogate-Capability",
        b"X-Azure-Ref",
    ),
]


@pytest.mark.parametrize("header", FORWARDING)
def test_a_request_through_a_proxy_is_offered_nothing(header: bytes) -> None:
    for value in (b"", b"127.0.0.1", b"for=127.0.0.1"):
        assert not is_offered(b"localhost:8000", (header, value))


def test_a_proxy_that_speaks_http_1_0_is_offered_nothing() -> None:
    """As nginx does by default, which then also sends our own host and adds no header."""
    assert not is_offered(b"127.0.0.1:8000", (b"Connection", b"close"), http_version="1.0")


@pytest.mark.parametrize(
    "header",
    [
        (b"Origin", b"https://evil.example"),
        (b"Origin", b"http://localhost:3000"),
        (b"Origin", b"null"),
        (b"Referer", b"https://shop.example/graphql"),
        (b"Referer", b"http://localhost:8000.evil.example/"),
        (b"Referer", b"http://127.0.0.1:8000/graphql"),
        (b"Sec-Fetch-Site", b"cross-site"),
        (b"Sec-Fetch-Site", b"same-site"),
    ],
)
def test_a_foreign_page_is_offered_nothing(header: tuple[bytes, bytes]) -> None:
    assert not is_offered(b"localhost:8000", header)


def test_what_a_browser_sends_is_no_hindrance() -> None:
    assert is_offered(
        b"localhost:8000",
        (b"Referer", b"http://localhost:8000/graphql"),
        (b"Origin", b"http://localhost:8000"),
        (b"Sec-Fetch-Site", b"same-origin"),
        (b"Sec-Fetch-Mode", b"cors"),
        (b"Sec-CH-UA", b'"Chromium";v="141"'),
        (b"Sec-GPC", b"1"),
        (b"Accept", b"*/*"),
        (b"Accept-Language", b"de-DE,de;q=0.9"),
        (b"Cookie", b"other=1"),
        (b"DNT", b"1"),
        (b"Priority", b"u=1, i"),
        (b"Cache-Control", b"no-cache"),
    )


async def test_a_server_answers_its_own_machine_and_no_proxy(demo: Settings) -> None:
    """Over sockets: the server's own handling of X-Forwarded-For comes before the endpoint."""
    async with listening(create_app(demo)) as url, http_client(url) as client:
        assert len((await client.get("/graphql/callers.json")).json()) == 3
        for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"Host": "evil.example"}):
            response = await client.get("/graphql/callers.json", headers=headers)
            assert (response.status_code, response.json()) == (200, [])


async def test_outside_of_the_demo_nobody_is_offered(settings: Settings) -> None:
    assert (await callers_shown(settings, "localhost:8000")).json() == []


async def test_where_tokens_are_not_ours_nobody_is_offered(demo: Settings) -> None:
    foreign = demo.model_copy(update={"token_secret": None, "jwks_url": "https://login.example.com/keys"})
    assert (await callers_shown(foreign, "localhost:8000")).json() == []


async def test_the_tokens_are_not_logged(demo: Settings) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await callers_shown(demo, "localhost:8000")
    assert [line["path"] for line in lines] == ["/graphql/callers.json"]
    assert answer.json()[0]["token"] not in str(lines)

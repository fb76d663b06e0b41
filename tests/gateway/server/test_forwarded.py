"""The client of a request behind a proxy, as the application sees it."""

from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from gateway.server.forwarded import ForwardedHeaders, ServerConfig

PROXY = "10.0.0.1"


async def seen(peer: str, headers: Sequence[tuple[bytes, bytes]]) -> tuple[Any, Any]:
    """The client and the scheme of a request of a peer, where one proxy is trusted."""
    scopes: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        scopes.append(scope)

    scope = {"type": "http", "client": (peer, 5000), "scheme": "http", "headers": list(headers)}
    await ForwardedHeaders(app, PROXY)(scope, None, None)
    [received] = scopes
    return received["client"], received["scheme"]


@pytest.mark.parametrize(
    ("peer", "headers", "client", "scheme"),
    [
        (PROXY, [], (PROXY, 5000), "http"),
        (PROXY, [(b"x-forwarded-for", b"192.0.2.7")], ("192.0.2.7", 0), "http"),
        (PROXY, [(b"x-forwarded-proto", b"https")], (PROXY, 5000), "https"),
        ("192.0.2.9", [(b"x-forwarded-for", b"192.0.2.7")], ("192.0.2.9", 5000), "http"),
    ],
)
async def test_a_trusted_proxy_names_the_client(
    peer: str, headers: Sequence[tuple[bytes, bytes]], client: tuple[str, int], scheme: str
) -> None:
    assert await seen(peer, headers) == (client, scheme)


async def test_the_server_reads_the_headers_of_proxies() -> None:
    config = ServerConfig("gateway.http.health:healthz", log_config=None)
    config.load()
    assert isinstance(config.loaded_app, ForwardedHeaders)

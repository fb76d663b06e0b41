"""Checks of a running gateway, and of proxies before it.

They use the address of clients.
"""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import httpx
import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from gateway.doctor.finding import Finding, fault, ok, warning
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope

ADDRESS: Final = "address"
TENANT: Final = "doctor"
"""The tenant of the test token; no records are read."""
PATIENCE: Final = 5.0
"""Seconds for each response."""
NOT_PASSED_ON: Final = "let the proxy pass paths on as they are (nginx: `proxy_pass` without a path)"
NO_STREAMS: Final = "turn off the proxy's buffering of responses (nginx: `proxy_buffering off`)"
NO_UPGRADE: Final = "let the proxy pass on `Upgrade` and `Connection` (nginx: `proxy_http_version 1.1`)"


async def check_address(url: str, settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings on the gateway at `url`.

    With SEGMENTS_TOKEN_SECRET they include those of a token.
    """
    async with httpx.AsyncClient(base_url=url.rstrip("/"), timeout=PATIENCE) as client:
        try:
            answer = await client.get("/healthz")
            if answer.status_code != HTTPStatus.OK or answer.content != b'{"status":"ok"}':
                remedy = "give the address that clients use, without a path"
                yield fault(ADDRESS, f"{url} is no segment gateway ({answer.status_code})", remedy)
                return
            yield await _readiness(client, url)
            yield await _path(client)
            if (token := _token(settings)) is not None:
                yield await _authorization(client, token)
                yield await _event_stream(client, token)
            yield await _websocket(url)
        except httpx.HTTPError as failure:
            reason = str(failure) or type(failure).__name__
            yield fault(ADDRESS, f"{url} does not answer: {reason}", "start the gateway, or correct the URL")


async def _readiness(client: httpx.AsyncClient, url: str) -> Finding:
    answer = await client.get("/readyz")
    if answer.status_code == HTTPStatus.OK:
        return ok(ADDRESS, f"the gateway at {url} is ready")
    reason = answer.json().get("reason", answer.status_code)
    return fault(ADDRESS, f"the gateway at {url} is not ready: {reason}", "see the findings on the database")


async def _path(client: httpx.AsyncClient) -> Finding:
    """Check whether proxies leave an encoded slash in paths.

    An id with a slash is one segment of the path. Where a proxy decodes it, there is no such endpoint.
    """
    answer = await client.get(f"/customer-segment/{TENANT}/segments/a%2Fb")
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return ok(ADDRESS, "paths arrive as they were sent")
    return fault(ADDRESS, "paths are changed on the way: %2F does not arrive", NOT_PASSED_ON)


async def _authorization(client: httpx.AsyncClient, token: str) -> Finding:
    answer = await client.post(
        "/graphql", json={"query": "{ viewer { tenant } }"}, headers={"Authorization": f"Bearer {token}"}
    )
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        remedy = "give all processes the same SEGMENTS_TOKEN_SECRET"
        return fault(ADDRESS, "the gateway there refuses a token of this secret", remedy)
    if answer.json() == {"data": {"viewer": {"tenant": TENANT}}}:
        return ok(ADDRESS, "tokens arrive, and the gateway there accepts those of this secret")
    return fault(ADDRESS, "tokens do not arrive", "let the proxy pass on `Authorization`")


async def _event_stream(client: httpx.AsyncClient, token: str) -> Finding:
    """Check whether a stream's beginning arrives while it is open."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    path = f"/customer-segment/{TENANT}/changes"
    try:
        async with client.stream("GET", path, headers=headers) as response:
            async for _ in response.aiter_bytes():
                break
            if response.status_code == HTTPStatus.OK:
                return ok(ADDRESS, "event streams arrive without delay")
            reason = f"the status is {response.status_code}"
    except httpx.ReadTimeout:
        reason = "nothing arrives while the stream is open"
    return warning(ADDRESS, f"event streams do not work: {reason}", NO_STREAMS)


async def _websocket(url: str) -> Finding:
    address = f"ws{url.rstrip('/').removeprefix('http')}/graphql"
    protocols = [Subprotocol("graphql-transport-ws")]
    try:
        async with connect(address, subprotocols=protocols, open_timeout=PATIENCE, proxy=None) as socket:
            await socket.send(orjson.dumps({"type": "ping"}).decode())
            return ok(ADDRESS, "WebSockets arrive")
    except (OSError, WebSocketException) as failure:
        return warning(
            ADDRESS, f"WebSockets do not arrive: {str(failure) or type(failure).__name__}", NO_UPGRADE
        )


def _token(settings: Settings) -> str | None:
    if settings.token_secret is None:
        return None
    return issue_token(
        settings.token_secret.get_secret_value(),
        TENANT,
        [Scope.READ],
        expires_in=60,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )

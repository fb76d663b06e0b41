"""Findings on a running gateway and on proxies before it."""

from typing import Any, cast

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import create_app
from gateway.doctor.address import check_address
from gateway.doctor.finding import Finding, State
from gateway.settings.settings import Settings
from tests.gateway.serving import listening

IN_ORDER = [
    "paths arrive as they were sent",
    "tokens arrive, and the gateway there accepts those of this secret",
    "event streams arrive without delay",
    "WebSockets arrive",
]


async def findings_on(url: str, settings: Settings) -> list[Finding]:
    return [finding async for finding in check_address(url, settings)]


async def test_a_gateway_without_a_proxy(settings: Settings) -> None:
    async with listening(create_app(settings)) as url:
        findings = await findings_on(url, settings)
    assert [finding.text for finding in findings] == [f"the gateway at {url} is ready", *IN_ORDER]
    assert {finding.state for finding in findings} == {State.OK}


async def test_another_secret(settings: Settings) -> None:
    other = settings.model_copy(update={"token_secret": SecretStr("another secret of thirty-two bytes")})
    async with listening(create_app(settings)) as url:
        findings = await findings_on(url, other)
    assert [finding.text for finding in findings if finding.state is State.FAULT] == [
        "the gateway there refuses a token of this secret"
    ]


async def test_a_proxy_that_changes_requests(settings: Settings) -> None:
    async with listening(_proxy(create_app(settings))) as url:
        findings = await findings_on(url, settings)
    assert [(finding.state, finding.text) for finding in findings[1:]] == [
        (State.FAULT, "paths are changed on the way: %2F does not arrive"),
        (State.FAULT, "tokens do not arrive"),
        (State.WARNING, "event streams do not work: the status is 401"),
        (State.WARNING, "WebSockets do not arrive: server rejected WebSocket connection: HTTP 403"),
    ]
    assert all(finding.remedy for finding in findings[1:])


async def test_another_server_and_none(settings: Settings) -> None:
    async with listening(cast("Any", _other_server)) as url:
        [other] = await findings_on(url, settings)
    assert (other.state, other.text) == (State.FAULT, f"{url} is no segment gateway (404)")
    [silent] = await findings_on(url, settings)
    assert silent.text.startswith(f"{url} does not answer: ")


def _proxy(app: ASGIApp) -> Any:
    """Decodes paths, keeps `Authorization` to itself, and knows no WebSockets."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            headers = [header for header in scope["headers"] if header[0] != b"authorization"]
            scope = {**scope, "headers": headers, "raw_path": scope["path"].encode()}
        await app(scope, receive, send)

    return proxy


async def _other_server(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})

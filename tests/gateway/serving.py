"""How a test talks to an application."""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from gateway.server.http_protocol import HttpProtocol
from gateway.server.websocket_protocol import WebSocketProtocol

PROGRAM: Final = str(Path(sys.executable).with_name("segment-gateway"))
NO_CERTIFICATES: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of plain HTTP. Else each reads the certificates of the machine, which takes 20 ms."""


def http_client(url: str, **options: Any) -> httpx.AsyncClient:
    """A client of a gateway that listens."""
    return httpx.AsyncClient(base_url=url, verify=NO_CERTIFICATES, **options)


@asynccontextmanager
async def client_of(app: Starlette, **replaced: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose lifespan runs, as a server would run it.

    What is `replaced` in the application's state is the test's own.
    """
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": {**(state or {}), **replaced}}, receive, send)

        transport = httpx.ASGITransport(with_state)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client


@asynccontextmanager
async def listening(
    app: Starlette, protocol: type[asyncio.Protocol] = HttpProtocol, **options: Any
) -> AsyncIterator[str]:
    """The address of an application that a server of this process listens for."""
    usual = {"ws": WebSocketProtocol, "ws_per_message_deflate": False, "ws_max_size": 1_000_000}
    config = uvicorn.Config(
        app, port=0, http=protocol, log_config=None, lifespan="on", **{**usual, **options}
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (it has no event to wait for)
        await asyncio.sleep(0.01)
    [listener] = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@contextmanager
def serving(environment: Mapping[str, str], *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, and its address, once it answers."""
    process = subprocess.Popen(  # noqa: S603
        [PROGRAM, "serve", "--port", "0", *arguments],
        env={**environment, "SEGMENTS_LOG_FORMAT": "json"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        url = ""
        for line in process.stderr:
            told = orjson.loads(line)
            url = told.get("url", url)
            if told["event"] == "Application startup complete.":
                break
        yield url, process
    finally:
        process.kill()
        process.communicate()

"""A client that asks for much and does not read it."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.server.http_protocol import HttpProtocol
from tests.gateway.raw_http import PATIENCE
from tests.gateway.serving import listening

SIZE = 50_000_000
"""More than the buffers of any system take."""


async def large(_request: Request) -> Response:
    return PlainTextResponse(b"x" * SIZE)


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
async def test_its_connection_and_the_response_are_given_up(connection: str) -> None:
    lost = asyncio.Event()

    class Protocol(HttpProtocol):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, send_time=0.2, **options)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async with listening(Starlette(routes=[Route("/", large)]), Protocol) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(f"GET / HTTP/1.1\r\nHost: shop\r\nConnection: {connection}\r\n\r\n".encode())
        await asyncio.wait_for(lost.wait(), PATIENCE)
        received = b""
        with suppress(ConnectionError):
            received = await asyncio.wait_for(reader.read(), PATIENCE)
        assert len(received) < SIZE
        writer.close()

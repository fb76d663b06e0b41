"""Clients of a WebSocket that do not read, or send what has no end."""

import asyncio
import itertools
import socket
from functools import partial
from typing import Any

import pytest

from gateway.app import create_app
from gateway.server import websocket_protocol
from gateway.server.http_protocol import HttpProtocol
from gateway.server.websocket_protocol import WebSocketProtocol
from gateway.settings.settings import Settings
from tests.gateway.serving import listening
from tests.gateway.streaming import PATIENCE, Tenant

pytestmark = pytest.mark.slow

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
MASK = bytes(4)


def frame(opcode: int, payload: bytes = b"", *, is_final: bool = True) -> bytes:
    """A frame of a client, of at most 65,535 bytes."""
    head = bytes([0x80 * is_final + opcode])
    size = len(payload)
    length = bytes([0x80 + size]) if size < 126 else bytes([0x80 + 126]) + size.to_bytes(2)
    return head + length + MASK + payload


async def opened(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket by hand, of which little is read ahead."""
    host, port = url.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect((host, int(port)))
    reader, writer = await asyncio.open_connection(sock=client, limit=1_024)
    writer.write(HANDSHAKE)
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def send_for_ever(writer: asyncio.StreamWriter, data: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(0)


async def test_fragments_without_end_are_cut_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_protocol, "MOST_FRAGMENTS", 100)
    async with listening(create_app(settings)) as url:
        _, writer = await opened(url)
        writer.write(frame(1, b"x", is_final=False))
        with pytest.raises(ConnectionError):
            await send_for_ever(writer, frame(0, is_final=False) * 50)
        writer.close()


async def test_who_pings_and_does_not_read_is_cut_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_protocol, "MOST_PINGS", 100)
    async with listening(create_app(settings)) as url:
        _, writer = await opened(url)
        with pytest.raises(ConnectionError):
            await send_for_ever(writer, frame(9, b"x" * 125) * 200)
        writer.close()


async def test_who_does_not_read_is_cut_off_in_time(
    settings: Settings, tenant: str, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the clock of the socket; the kernel, which HTTP's protocol tells, leaves it twice the usual time."""
    sockets = partial(WebSocketProtocol, send_time=0.5)
    async with listening(create_app(settings), ws=sockets) as url:
        shop = Tenant(url, tenant, secret)
        _, writer = await opened(url)
        token = shop.token()["Authorization"]
        init = f'{{"type":"connection_init","payload":{{"Authorization":"{token}"}}}}'
        query = "{ __schema { types { name description fields { name description args { description } } } } }"
        ask = f'{{"type":"subscribe","id":"1","payload":{{"query":"{query}"}}}}'
        writer.write(frame(1, init.encode()))
        async with asyncio.timeout(PATIENCE):
            for number in itertools.count():
                if writer.is_closing():
                    break
                writer.write(frame(1, ask.replace('"1"', f'"{number}"').encode()))
                await asyncio.sleep(0.01)
        writer.close()
    assert "socket not read" in capsys.readouterr().out


async def test_a_client_that_answers_no_ping_is_cut_off(
    settings: Settings, tenant: str, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its stream ends, and gives its place free; one that answers stays."""
    async with listening(create_app(settings), ws_ping_interval=0.1, ws_ping_timeout=0.2) as url:
        shop = Tenant(url, tenant, secret)
        reader, writer = await opened(url)
        token = shop.token()["Authorization"]
        init = f'{{"type":"connection_init","payload":{{"Authorization":"{token}"}}}}'
        writer.write(frame(1, init.encode()))
        async with shop.greeted() as alive, asyncio.timeout(PATIENCE):
            received = await reader.read(-1)
            assert b"connection_ack" in received
            assert bytes([0x89, 4]) in received, "a ping"
            assert bytes([0x88]) + received.rpartition(bytes([0x88]))[2][:1] + (1011).to_bytes(2) in received
            await alive.send(type="ping")
            assert await alive.next() == {"type": "pong"}
        writer.close()
    ended = [line for line in capsys.readouterr().out.splitlines() if "stream ended" in line]
    assert len(ended) == 2


async def test_the_kernel_ends_connections_without_acknowledgements(settings: Settings) -> None:
    """Of a client that is cut off from the network nothing else is heard."""
    seen: list[int] = []

    class Looking(HttpProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            wire = transport.get_extra_info("socket")
            seen.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    http: Any = partial(Looking, send_time=12.5)
    async with listening(create_app(settings), http) as url:
        _, writer = await opened(url)
        writer.close()
    assert seen == [25_000]

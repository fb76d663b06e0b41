"""Clients that open connections and misuse them: never reading, never ending a request."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

Misuse = Callable[[str, int, Mapping[str, str]], Awaitable[None]]
"""Given host, port and the headers of a customer. Returns when the server closed, or after `HELD`."""
HELD: Final = 30.0
"""Seconds that a connection is held."""
AT_ONCE: Final = 5
"""Connections of each misuse."""
LARGE_PAGE: Final = "/customer-segment/bigshop/segments?pageSize=2000"


async def never_read(host: str, port: int, headers: Mapping[str, str]) -> None:
    """Ask for large pages and take none of their bytes."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        await loop.sock_connect(connection, (host, port))
        lines = [f"GET {LARGE_PAGE} HTTP/1.1", "Host: gateway", "Accept-Language: *"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await loop.sock_sendall(connection, ("\r\n".join([*lines, "", ""]) * 20).encode())
        await asyncio.sleep(HELD)


async def never_end_the_head(host: str, port: int, _headers: Mapping[str, str]) -> None:
    """Send a header line every second, and never the last one."""
    await _drip(host, port, b"GET /graphql HTTP/1.1\r\nHost: gateway\r\n", b"X-More: 1\r\n")


async def never_end_the_body(host: str, port: int, _headers: Mapping[str, str]) -> None:
    """Announce a body of a megabyte, and send it by the byte."""
    head = b"POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
    await _drip(host, port, head + b"Content-Length: 1000000\r\n\r\n", b" ")


async def _drip(host: str, port: int, start: bytes, more: bytes) -> None:
    _, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(start)
        async with asyncio.timeout(HELD):
            while True:
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(1)
    finally:
        writer.close()


MISUSES: Final[Mapping[str, Misuse]] = {
    "never reads": never_read,
    "never ends the head": never_end_the_head,
    "never ends the body": never_end_the_body,
}


async def misuse_connections(
    misuse: Misuse, host: str, port: int, headers: Mapping[str, str], until: float
) -> None:
    """Keep `AT_ONCE` connections misused until the event loop's clock says `until`."""

    async def again_and_again() -> None:
        while asyncio.get_running_loop().time() < until:
            with suppress(OSError, TimeoutError):
                await misuse(host, port, headers)

    await asyncio.gather(*(again_and_again() for _ in range(AT_ONCE)))

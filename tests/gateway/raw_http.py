"""Requests as bytes, for what no HTTP client sends."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

OFFER: Final = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
)
"""What Java's HTTP client and `curl --http2` send with each request to an http address."""
STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")
PATIENCE: Final = 30.0
"""Seconds after which a test fails that would otherwise hang."""


def head(method: str, target: str, *lines: str, offers: bool = True) -> bytes:
    """A request line and headers, without the empty line."""
    text = "".join(f"{line}\r\n" for line in (f"{method} {target} HTTP/1.1", "Host: shop", *lines))
    return text.encode() + (OFFER if offers else b"")


def framed(body: bytes, *, chunked: bool) -> bytes:
    """The end of a head, and its body by length or in chunks."""
    if not chunked:
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:]) if part]
    return b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks) + b"0\r\n\r\n"


async def exchange(url: str, packets: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Send the packets one by one; return status and body of all responses until the server closes.

    The last request has to ask for `Connection: close`, or be refused.
    """
    address = urlsplit(url)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            for packet in packets:
                writer.write(packet)
                await writer.drain()
                await asyncio.sleep(0.02)  # else the system joins them
            received = await reader.read()
        finally:
            writer.close()
    _, *parts = STATUS_LINE.split(received)
    return [
        (int(status), rest.partition(b"\r\n\r\n")[2])
        for status, rest in zip(parts[::2], parts[1::2], strict=True)
    ]

"""A server that receives webhooks, and answers as a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from tests.factories.accepting import stop_accepting

Response: TypeAlias = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    head: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        return orjson.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """`requests` are all that came, whatever they were answered with; `connections` counts sockets."""

    url: str = ""
    answer: Callable[[Received], Response | bytes | None] = lambda _: (204, {})
    """None: no answer at all. Bytes are sent as they are."""
    before_answer: Callable[[], Awaitable[object]] | None = None
    requests: list[Received] = field(default_factory=list)
    accepted: list[Received] = field(default_factory=list)
    connections: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, accepted: int) -> None:
        """Until so many requests were answered with 2xx."""
        async with asyncio.timeout(60):
            while len(self.accepted) < accepted:
                self.news.clear()
                await self.news.wait()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(headers["content-length"]))
            request = Received(first, headers, body)
            self.requests.append(request)
            if self.before_answer is not None:
                await self.before_answer()
            answer = self.answer(request)
            if answer is None:
                await reader.read()
            elif isinstance(answer, bytes):
                writer.write(answer)
            else:
                status, more = answer
                if status // 100 == 2:
                    self.accepted.append(request)
                lines = [f"{name}: {value}\r\n" for name, value in more.items()]
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{''.join(lines)}\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.news.set()
            writer.close()


@asynccontextmanager
async def receiving(
    host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.handle, host, port, ssl=tls)
    receiver.url = f"http://{host}:{server.sockets[0].getsockname()[1]}/hooks?a=b"
    async with server:
        try:
            yield receiver
        finally:
            await stop_accepting(server)

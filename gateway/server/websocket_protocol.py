"""The WebSocket of a connection, with bounds on uvicorn's protocol.

They bound what a client sends and how slowly it reads.
"""

import asyncio
import logging
import struct
from http import HTTPStatus
from typing import Any, Final

import structlog
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from gateway.server.counted_transport import CountedTransport
from gateway.server.send_clock import SendClock
from resolvers.watch import Watch
from rest_compat.wire.send_now import SEND_NOW

SEND_TIME: Final = 30.0
"""The default seconds for a client to read written bytes."""
MOST_FRAGMENTS: Final = 10_000
"""Frames of one message: each is kept, however few bytes it has."""
MOST_PINGS: Final = 1_000
"""Pings that are answered while the client does not read."""
CLOSING_TIME: Final = 2.0
"""Seconds for a client to read the close frame, when the server shuts down."""

FIN_TEXT: Final = 0x81
EXTENDED_2: Final = 126
EXTENDED_8: Final = 127
"""Length codes: sizes from 126 on follow in two or eight bytes."""

log = structlog.get_logger(__name__)
_lines = logging.getLogger(__name__)
_lines.setLevel(logging.WARNING)  # uvicorn's lines would hold query strings


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Aborts the connections of slow readers."""

    def __init__(
        self, *arguments: Any, send_time: float = SEND_TIME, watch: Watch | None = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.logger = _lines
        self._watch = watch or Watch(min(send_time, self.ping_interval or send_time), self.loop)
        self._next_ping: float | None = None
        self._send_time = send_time
        self._pings = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection of an HTTP request."""
        super().connection_made(transport)
        counted: Any = transport
        if not isinstance(counted, CountedTransport):
            raise TypeError("a WebSocket begins as an HTTP request of ours")
        self._clock = SendClock(counted, self._send_time, self.loop.time())
        self._watch.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:  # the head came whole, and cannot be read
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            extensions: dict[str, Any] = {**(self.scope["extensions"] or {}), SEND_NOW: self}
            self.scope["extensions"] = extensions

    @staticmethod
    def framed(message: bytes) -> bytes:
        """Frame a text message.

        `send` would make the same, one frame.
        """
        return frame_head(len(message)) + message

    def send_now(self, frame: bytes) -> bool:
        """Send a framed message without waiting.

        Return whether it was sent; it is not where it would have to wait. Many sockets are sent the same:
        this takes half the time of `send`.
        """
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected)
        if not is_open or self.conn.state is not State.OPEN or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_FRAGMENTS:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        self._pings = 0 if self.writable.is_set() else self._pings + 1
        if self._pings > MOST_PINGS:
            self.transport.abort()
        else:
            super().handle_ping()

    def shutdown(self) -> None:
        """Close with 1012; abort if the client does not read."""
        super().shutdown()
        self.loop.call_later(CLOSING_TIME, self.transport.abort)

    def schedule_ping(self) -> None:
        """Schedule the next ping for `look`.

        uvicorn would set a timer for each socket.
        """
        assert self.ping_interval is not None  # noqa: S101  (uvicorn asks before)
        self._next_ping = self.loop.time() + self.ping_interval - self._watch.seconds / 2

    def stop_keepalive(self) -> None:
        self._next_ping = None
        super().stop_keepalive()

    def look(self, now: float) -> None:
        """Abort a slow client, or send a due ping."""
        if self._clock.is_late(now):
            log.warning("socket not read", seconds=self._send_time)
            self.transport.abort()
        elif self._next_ping is not None and now >= self._next_ping:
            self._next_ping = None
            self.send_keepalive_ping()


def frame_head(size: int) -> bytes:
    """The head of a text frame (RFC 6455, section 5.2).

    A server sends a message in one such frame.
    """
    if size < EXTENDED_2:
        return bytes((FIN_TEXT, size))
    if size < 1 << 16:
        return struct.pack("!BBH", FIN_TEXT, EXTENDED_2, size)
    return struct.pack("!BBQ", FIN_TEXT, EXTENDED_8, size)

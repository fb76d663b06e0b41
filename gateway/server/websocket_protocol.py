"""The WebSocket of one connection: uvicorn's, with bounds on what a client sends and how it reads."""

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

from gateway.server.send_clock import SendClock
from gateway.server.whole_answers import WholeAnswers
from rest_compat.wire.send_now import SEND_NOW

SEND_TIME: Final = 30.0
"""Seconds that a client has to read what was written, where no setting says it."""
MOST_FRAGMENTS: Final = 10_000
"""Frames of one message: each is kept, however few bytes it has."""
MOST_PINGS: Final = 1_000
"""Pings that are answered while the client does not read."""
CLOSING_TIME: Final = 2.0
"""Seconds that a client has to read the close frame, when the server leaves."""

FIN_TEXT: Final = 0x81
EXTENDED_2: Final = 126
EXTENDED_8: Final = 127
"""Sizes from 126 on are in two or eight bytes of their own."""

log = structlog.get_logger(__name__)
_lines = logging.getLogger(__name__)
_lines.setLevel(logging.WARNING)  # uvicorn's lines would hold query strings


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Cuts off clients that do not read."""

    def __init__(self, *arguments: Any, send_time: float = SEND_TIME, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.logger = _lines
        self._send_time = send_time
        self._pings = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection of an HTTP request."""
        super().connection_made(transport)
        answers: Any = transport
        if not isinstance(answers, WholeAnswers):
            raise TypeError("a WebSocket begins as an HTTP request of ours")
        self._clock = SendClock(answers, self._send_time, self.loop.time())
        self._timer = self.loop.call_later(self._send_time, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:  # the head came whole, and cannot be read
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            extensions: dict[str, Any] = {**(self.scope["extensions"] or {}), SEND_NOW: self.send_now}
            self.scope["extensions"] = extensions

    def send_now(self, *parts: bytes) -> bool:
        """Send a text message, unless it would have to wait; whether it was sent.

        It is one frame, as `send` would make it. Many sockets are sent the same: this takes half the time.
        """
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected)
        if not is_open or self.conn.state is not State.OPEN or not self.writable.is_set():
            return False
        self.transport.write(b"".join((frame_head(sum(map(len, parts))), *parts)))
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
        """Close with 1012; a client that does not read it is cut off."""
        super().shutdown()
        self.loop.call_later(CLOSING_TIME, self.transport.abort)

    def _look(self) -> None:
        now = self.loop.time()
        if self._clock.is_late(now):
            log.warning("socket not read", seconds=self._send_time)
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(self._send_time, self._look)


def frame_head(size: int) -> bytes:
    """What comes before the bytes of a text message in one frame from a server (RFC 6455, section 5.2)."""
    if size < EXTENDED_2:
        return bytes((FIN_TEXT, size))
    if size < 1 << 16:
        return struct.pack("!BBH", FIN_TEXT, EXTENDED_2, size)
    return struct.pack("!BBQ", FIN_TEXT, EXTENDED_8, size)

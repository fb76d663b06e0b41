"""Server-sent events as a long response.

It goes on until its token, its client or the server ends it.
"""

import asyncio
from http import HTTPStatus
from typing import Final, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.streams import COMPLETE, Stream
from rest_compat.wire.accept import accept_of
from rest_compat.wire.headers import RawHeaders
from rest_compat.wire.request_state import request_state
from rest_compat.wire.send_now import SEND_NOW, SendNow
from rest_compat.wire.stream_message import Around, StreamMessage, Take

EVENT_STREAM: Final = "text/event-stream"
SIGN_OF_LIFE: Final = ":\n\n"
"""A comment."""
SECONDS_BETWEEN_SIGNS: Final = 15.0
"""After this silence a stream sends a comment: proxies end idle connections."""
SECONDS_BETWEEN_LOOKS: Final = 60.0
"""The interval in which the task of a stream checks for a checkpoint, where a timer sends its signs of
life."""
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
)


class EventSource(Protocol):
    """The source of a stream's events.

    A message has the text of one or several.
    """

    async def next(self, seconds: float) -> StreamMessage | None:
        """Return the next events.

        None where there are none in so many seconds, or after `wake`.
        """

    def serve(self, take: Take) -> None:
        """Send events through `take` while `next` waits.

        For events that other streams send too. `take` sends them, unless they would have to wait: then it
        returns False, and `next` returns them.
        """

    def wake(self) -> None:
        """Let `next` return at once."""

    def close(self) -> None:
        """Close the source."""


def takes_events(headers: RawHeaders) -> bool:
    """Return whether the client prefers events to JSON."""
    return accept_of(headers).preferred(("application/json", EVENT_STREAM)) == EVENT_STREAM


def event(data: str, *, kind: str | None = None, event_id: str | None = None) -> str:
    """Return the text of one event.

    None of its parts may have a line break.
    """
    lines = [
        *([] if event_id is None else [f"id: {event_id}"]),
        *([] if kind is None else [f"event: {kind}"]),
        f"data: {data}",
    ]
    return "\n".join(lines) + "\n\n"


class EventStream(Response):
    """A response with the events of a source.

    Where the source has nothing for long, it sends a sign of life.

    The next events are read after the last ones were taken: a slow client delays nothing but its own stream.
    """

    body = b""

    def __init__(self, stream: Stream, source: EventSource, *, first: str = "", last: str = "") -> None:
        self.status_code = HTTPStatus.OK
        self.background = None
        self.raw_headers = list(HEADERS)
        self._stream = stream
        self._source = source
        self._first = first
        self._last = last
        self.silent_since = 0.0
        self._send_now: SendNow | None = None
        stream.wake = source.wake

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        state = request_state(scope)
        state.begin_stream(self._stream.end)
        self._send_now = (scope.get("extensions") or {}).get(SEND_NOW)
        if self._send_now is not None:
            self._source.serve(self._take)
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            await send(_body(self._first or SIGN_OF_LIFE))
            await self._send_all(send)
            last = self._last if self._stream.reason == COMPLETE else ""
            await send(_body(last, more=False))
        finally:
            self._stream.watch.leave(self)
            self._send_now = None  # it leads back to the connection
            state.end_stream()
            self._source.close()
            self._stream.close()

    def look(self, now: float) -> None:
        """Send a comment after a long silence.

        Not where the client has not even taken the text before.
        """
        is_silent = now - self.silent_since >= SECONDS_BETWEEN_SIGNS
        if is_silent and self._send_now is not None and self._stream.reason is None:
            self.silent_since = now
            self._send_now.send_now(self._send_now.framed(SIGN_OF_LIFE.encode()))

    async def _send_all(self, send: Send) -> None:
        loop = asyncio.get_running_loop()
        self.silent_since = loop.time()
        if self._send_now is not None:
            self._stream.watch.join(self)
        while True:
            message = await self._source.next(max(0.0, min(self._patience(), self._stream.seconds_left)))
            if await self._stream.has_ended():
                return
            if message is None and self._patience() > 0:
                continue
            await send(_body(SIGN_OF_LIFE if message is None else message.text))
            self.silent_since = loop.time()
            if message is not None:
                self._stream.sent(message.lag)
                if message.is_last:
                    self._stream.end(COMPLETE)
                    return

    def _patience(self) -> float:
        """Return the seconds to wait for events.

        After them there is something else to do.
        """
        if self._send_now is not None:
            return SECONDS_BETWEEN_LOOKS
        return self.silent_since + SECONDS_BETWEEN_SIGNS - asyncio.get_running_loop().time()

    def _take(self, message: StreamMessage, around: Around) -> bool:
        """Send events without the task, which waits meanwhile."""
        sender = self._send_now
        if sender is None or message.is_last or not self._stream.may_send_now():
            return False
        if not sender.send_now(message.frame(sender, around)):
            return False
        self.silent_since = asyncio.get_running_loop().time()
        self._stream.sent(message.lag)
        return True


def _body(text: str, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}

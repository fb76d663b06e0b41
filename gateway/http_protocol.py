"""The HTTP of one connection: uvicorn's, with bounds on the head of a request, and news of its loss.

uvicorn waits for the end of the headers for ever, and keeps all that comes until then. No middleware
could cut in: for the application a request begins when its head is complete.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.whole_answers import WholeAnswers

HEAD_TIME: Final = 10.0
"""Seconds that the head of a request may take. It is looked at that often, so twice as long at most."""
LARGEST_HEAD: Final = 1_000_000
"""Bytes, a packet more or less. The setting for what an honest client is told (431) is smaller by far."""


class HttpProtocol(HttpToolsProtocol):
    """Closes connections whose request does not get to its point, and sends answers whole."""

    head_time: float = HEAD_TIME

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        self._answers = WholeAnswers(transport)
        super().connection_made(self._answers)  # type: ignore[arg-type]  # it has all that a transport has
        self._expect_head()
        self._clock = self.loop.call_later(self.head_time, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._clock.cancel()
        super().connection_lost(exc)
        if self._is_answering():
            client_left = self.cycle.scope["state"].get("client_left")  # see gateway.traffic.Deadline
            if client_left is not None:
                client_left()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._received > LARGEST_HEAD:
                self.send_400_response("The request's head is too large.")
                return
            self._received += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._answers.flush()
        super().on_response_complete()

    def _expect_head(self) -> None:
        self._in_head = True
        self._received = 0
        self._since = self.loop.time()

    def _look(self) -> None:
        """One clock for each connection, not for each request: requests come and go by the thousand."""
        is_late = self.loop.time() - self._since >= self.head_time
        if self._in_head and is_late and not self._is_answering():
            self.transport.close()
        else:
            self._clock = self.loop.call_later(self.head_time, self._look)

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

"""The HTTP of one connection, with bounds on uvicorn's protocol.

They bound what a client sends and how slowly it reads. uvicorn waits for the end of the headers for ever, and
keeps all that comes until then. No middleware could cut in: for the application a request begins when its
head is complete. Nor does an application know how much of a response the client has read.
"""

import asyncio
import re
from typing import Any, Final, NoReturn

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.http.apis import GRAPHQL_PATH
from gateway.server.garbage import BODY_WEIGHT
from gateway.server.request_parser import RequestParser
from gateway.server.send_clock import SendClock
from gateway.server.silence import bound_silence
from gateway.server.whole_answers import WholeAnswers
from resolvers.watch import Watch
from rest_compat.wire.request_state import request_state
from rest_compat.wire.send_now import SEND_NOW

HEAD_TIME: Final = 10.0
"""Seconds for the head of a request. It is checked at this interval, so it takes twice as long at most."""
SEND_TIME: Final = 30.0
"""The default seconds for a client to read written bytes. It is checked at the same interval as the head."""
LARGEST_HEAD: Final = 1_000_000
"""Bytes, give or take a packet. The setting behind the 431 response is far smaller."""
MOST_HEADERS: Final = 1_000
"""Header lines of a request, trailers included. A megabyte of the shortest ones takes 0.3 s to be read."""
MOST_WAITING: Final = 100
"""Requests of one connection that are read at once and wait for an earlier one."""
MOST_PARTS: Final = 10_000
"""Parts of a body without a least size. To read a megabyte byte by byte takes 0.5 s."""
SMALLEST_PART: Final = 8
"""Bytes of a part, on average, of a body with more of them."""
LAST_REQUEST_TIME: Final = 2.0
"""Seconds for a last request on an idle connection, when the server shuts down."""
WEBSOCKET_PATH: Final = GRAPHQL_PATH.encode()
LONGEST_LINE: Final = 8_192
MOST_LINES: Final = 128
"""Limits of the parser of the package websockets."""
SPARE: Final = 32
"""Bytes of a line besides the name and the value of a header, or the target of a request."""
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?")
"""`uri-host [":" port]` of RFC 9110, section 7.2. A client without an authority sends an empty value."""
BAD_HOST: Final = "A request has exactly one Host header, which names a host."
TOO_MANY_HEADERS: Final = f"A request has at most {MOST_HEADERS:,} header lines."
TOO_SMALL_PARTS: Final = f"The chunks of a large body have {SMALLEST_PART} bytes or more on average."
TOO_MANY_WAITING: Final = f"At most {MOST_WAITING} requests of a connection may wait for an answer."

log = structlog.get_logger(__name__)


class HttpProtocol(HttpToolsProtocol):
    """Closes connections with late requests, and sends responses whole."""

    head_time: float = HEAD_TIME

    def __init__(
        self, *arguments: Any, send_time: float = SEND_TIME, watch: Watch | None = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.parser = RequestParser(self)
        self._fault: str | None = None
        self._hosts: list[bytes] | None = None
        self._extensions: Any = {SEND_NOW: self}
        self._send_time = send_time
        self._watch = watch or Watch(min(self.head_time, send_time), self.loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        bound_silence(transport, 2 * self._send_time)  # the clock below comes first, and says so
        self._answers = WholeAnswers(transport)
        super().connection_made(self._answers)  # type: ignore[arg-type]  # it has all that a transport has
        self._expect_head()
        self._in_body = False
        self._send_clock = SendClock(self._answers, self._send_time, self._since)
        self._watch.join(self)
        if self._is_leaving():
            self.shutdown()

    def shutdown(self) -> None:
        """Finish the request under way, then close.

        A request that comes in time is answered too, with `Connection: close`. uvicorn closes a connection
        without a request at once, which loses one that is on its way.
        """
        if self._is_answering():
            self.cycle.keep_alive = False
            scope: Any = self.cycle.scope
            server_leaves = request_state(scope).server_leaves  # of a stream: it would go on
            if server_leaves is not None:
                server_leaves()
                self.loop.call_later(LAST_REQUEST_TIME, self._abort_if_answering)
        else:
            self._close_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.leave(self)
        super().connection_lost(exc)
        if self._is_answering():
            scope: Any = self.cycle.scope
            client_left = request_state(scope).client_left  # see gateway.http.traffic.Deadline
            if client_left is not None:
                client_left()

    def data_received(self, data: bytes) -> None:
        if self._received > LARGEST_HEAD:
            self.send_400_response("The request's head is too large.")
            return
        self._received += len(data)
        super().data_received(data)

    @staticmethod
    def framed(message: bytes) -> bytes:
        """Frame a part of a response as one chunk.

        `send` would make the same.
        """
        return b"%x\r\n%b\r\n" % (len(message), message)

    def send_now(self, frame: bytes) -> bool:
        """Send a response's chunk without waiting.

        Return whether it was sent; it is not where it would have to wait. Many streams are sent the same,
        without their tasks.
        """
        cycle = self.cycle  # of the newest request: where others wait behind a stream, nothing has begun
        is_open = cycle.response_started and not (cycle.response_complete or cycle.disconnected)
        if not (is_open and cycle.chunked_encoding) or self.flow.write_paused:
            return False
        self.transport.write(frame)
        return True

    def should_switch(self) -> bool:
        """Decide whether the connection switches to WebSocket.

        This is the only place for that decision. The request is a GET of the path that speaks it, and none
        before it is being answered. A head that the other parser would not take is answered over HTTP.
        """
        return (
            self.ws_protocol_class is not None
            and self.url.partition(b"?")[0] == WEBSOCKET_PATH
            and self.parser.get_method() == b"GET"
            and self._get_upgrade() == b"websocket"
            and len(self.url) + SPARE < LONGEST_LINE
            and len(self.headers) < MOST_LINES
            and all(len(name) + len(value) + SPARE < LONGEST_LINE for name, value in self.headers)
            and not self._is_answering()
            and not self._is_leaving()
        )

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket protocol."""
        self._watch.leave(self)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse an unreadable request with 400.

        Inside a response that has begun, close the connection.
        """
        if self._is_answering() and self.cycle.response_started:
            self.transport.close()
        else:
            super().send_400_response(self._fault or msg)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_WAITING:
            self._refuse(TOO_MANY_WAITING)
        self._expect_head()
        self._parts = self._body_bytes = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= MOST_HEADERS:
            self._refuse(TOO_MANY_HEADERS)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.should_switch():
                self._check_host()
                super().on_headers_complete()  # which leaves the rest to the WebSocket
            return  # else the parser repeats the head without the offer, see RequestParser
        self._check_host()
        self._in_head, self._in_body = False, True
        self.scope["extensions"] = self._extensions
        super().on_headers_complete()
        if self._is_leaving():
            self.cycle.keep_alive = False
        self.headers = []  # trailers are no headers (RFC 9110, section 6.5.1): nothing reads them

    def on_body(self, body: bytes) -> None:
        self._received = 0
        self._parts += 1
        self._body_bytes += len(body)
        if self._parts > MOST_PARTS and self._body_bytes < SMALLEST_PART * self._parts:
            self._refuse(TOO_SMALL_PARTS)
        BODY_WEIGHT.add(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._in_body:  # else it is the end of a head with an offer, which will be repeated
            self._in_body = False
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._answers.flush()
        if self._in_body:
            self._since = self.loop.time()  # of the rest of the body, which nothing reads
        BODY_WEIGHT.settle()
        super().on_response_complete()
        if self._is_leaving():
            self._close_later()

    def _should_upgrade(self) -> bool:
        return self.should_switch()

    def _check_host(self) -> None:
        """Check the Host header (RFC 9112, section 3.2).

        Raises HttpParserError, which is a 400.
        """
        hosts = [value for name, value in self.headers if name == b"host"]
        if hosts == self._hosts:  # of the request before
            return
        if len(hosts) == 1 and HOST.fullmatch(hosts[0]):
            self._hosts = hosts
            return
        if hosts or self.parser.get_http_version() != "1.0":
            self._refuse(BAD_HOST)

    def _refuse(self, fault: str) -> NoReturn:
        self._fault = fault
        raise httptools.HttpParserError(fault)

    def _expect_head(self) -> None:
        self._in_head = True
        self._received = 0
        self._since = self.loop.time()

    def look(self, now: float) -> None:
        """Close the connection of a slow client.

        Each connection is looked at, not each request: requests come and go by the thousand.
        """
        if self._send_clock.is_late(now):
            log.warning("response not read", seconds=self._send_time)
            self.transport.abort()
            return
        is_late = now - self._since >= self.head_time
        if (self._in_head or self._in_body) and is_late and not self._is_answering():
            self.transport.close()  # which waits for the client to read

    def _is_leaving(self) -> bool:
        return getattr(self.server_state, "is_leaving", False)

    def _close_later(self) -> None:
        self.loop.call_later(LAST_REQUEST_TIME, self._close_if_idle)

    def _abort_if_answering(self) -> None:
        """Abort the connection if its stream still has not ended.

        The client did not read the end.
        """
        if self._is_answering():
            self.transport.abort()

    def _close_if_idle(self) -> None:
        """Close the connection if it is idle.

        It stays open while a request is coming in: the response will close it.
        """
        scope: Any = self.scope  # these are None before the first request, whatever their types say
        cycle: Any = self.cycle
        is_receiving = scope is not None and (cycle is None or cycle.scope is not scope)
        if not is_receiving and not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

"""The HTTP of one connection, with bounds on uvicorn's protocol.

They bound what a client sends and how slowly it reads. uvicorn waits for the end of the headers for ever, and
keeps all that comes until then. No middleware could cut in: for the application a request begins when its
head is complete. Nor does an application know how much of a response the client has read.
"""

import asyncio
from typing import Any, Final, NoReturn

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.server.connection_limits import (
    BAD_HOST,
    HEAD_TIME,
    LARGEST_HEAD,
    MOST_HEADERS,
    MOST_PARTS,
    MOST_WAITING,
    SEND_TIME,
    SMALLEST_PART,
    TOO_MANY_HEADERS,
    TOO_MANY_WAITING,
    TOO_SMALL_PARTS,
)
from gateway.server.counted_transport import CountedTransport
from gateway.server.garbage import BODY_WEIGHT
from gateway.server.request_head import fits_websocket, hosts_of, is_host, set_target
from gateway.server.request_parser import RequestParser
from gateway.server.response_cycle import ResponseCycle
from gateway.server.send_clock import SendClock
from gateway.server.silence import bound_silence
from resolvers.watch import Watch
from rest_compat.wire.request_state import request_state
from rest_compat.wire.send_now import SEND_NOW

LAST_REQUEST_TIME: Final = 2.0
"""Seconds for a last request on an idle connection, when the server shuts down."""

log = structlog.get_logger(__name__)


class HttpProtocol(HttpToolsProtocol):
    """Closes connections with late requests."""

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
        counted = CountedTransport(transport)
        super().connection_made(counted)  # type: ignore[arg-type]  # it has all that a transport has
        self._expect_head()
        self._in_body = False
        self._send_clock = SendClock(counted, self._send_time, self._since)
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
            and self.parser.get_method() == b"GET"
            and self._get_upgrade() == b"websocket"
            and fits_websocket(self.url, self.headers)
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
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.should_switch():
                self._check_host()
                super().on_headers_complete()  # which leaves the rest to the WebSocket
            return  # else the parser repeats the head without the offer, see RequestParser
        self._check_host()
        self._in_head, self._in_body = False, True
        self._begin()
        self.headers = []  # trailers are no headers (RFC 9110, section 6.5.1): nothing reads them

    def _begin(self) -> None:
        """Begin to answer the request whose head has come, after those before it."""
        scope, version = self.scope, self.parser.get_http_version()
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["http_version"] = version
        scope["extensions"] = self._extensions
        set_target(scope, self.url)
        has_to_wait = self._is_answering()
        self.cycle = ResponseCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive() and not self._is_leaving(),
            on_response=self.on_response_complete,
        )
        if has_to_wait:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

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
        """Begin the next request of the connection, or wait for one."""
        self._since = self.loop.time()  # of its rest, or of the rest of a body that nothing reads
        BODY_WEIGHT.settle()
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
        if self._is_leaving():
            self._close_later()

    def _should_upgrade(self) -> bool:
        return self.should_switch()

    def _check_host(self) -> None:
        """Check the Host header (RFC 9112, section 3.2).

        Raises HttpParserError, which is a 400.
        """
        hosts = hosts_of(self.headers)
        if hosts == self._hosts:  # of the request before
            return
        if len(hosts) == 1 and is_host(hosts[0]):
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
        most = self.head_time if self._in_head or self._in_body else self.timeout_keep_alive
        if now - self._since >= most and not self._is_answering():
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

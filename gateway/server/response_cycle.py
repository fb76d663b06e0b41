"""Responses sent in whole pieces.

uvicorn writes the head of a response and then its body: two system calls, two packets, and a client that
wakes up for half a response. For a small one that is a sixth of the work.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

LENGTH: Final = b"content-length"
CONNECTION: Final = b"connection"
CLOSE: Final = b"close"
WITHOUT_BODY: Final = frozenset({204, 304})
"""Statuses of responses without a body."""


class ResponseCycle(RequestResponseCycle):
    """A request and its response; the head is sent with the first part of the body.

    Names of response headers are in lower case, as in ASGI.
    """

    _head = b""

    async def send(self, message: Any) -> None:
        """Send a message of the response, once the client has read enough."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started:
            self.response_started = True
            self.waiting_for_100_continue = False
            self._head = self._rendered(message["status"], [*self.default_headers, *message["headers"]])
        elif self.response_complete:
            raise RuntimeError("a message follows the last one of a response")
        else:
            self._send_body(message.get("body", b""), is_last=not message.get("more_body", False))

    def _rendered(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        """The bytes of a head; raises RuntimeError for a line break in a header."""
        values = dict(headers)
        if LENGTH in values:
            self.chunked_encoding = False
            self.expected_content_length = int(values[LENGTH])
        elif self.scope["method"] != "HEAD" and status not in WITHOUT_BODY:
            self.chunked_encoding = True
            headers.append((b"transfer-encoding", b"chunked"))
        if values.get(CONNECTION) == CLOSE:
            self.keep_alive = False
        elif not self.keep_alive:
            headers.append((CONNECTION, CLOSE))
        head = b"".join([STATUS_LINE[status], *[b"%b: %b\r\n" % header for header in headers], b"\r\n"])
        if not head.count(b"\n") == head.count(b"\r") == len(headers) + 2:
            raise RuntimeError("a response header has a line break")
        return head

    def _send_body(self, body: bytes, *, is_last: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length, body = 0, b""
        elif self.chunked_encoding:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"0\r\n\r\n" if is_last else b"")
        else:
            self.expected_content_length -= len(body)
        if self.expected_content_length < 0 or (is_last and self.expected_content_length > 0):
            raise RuntimeError("the body has not the length in its head")
        if self._head:
            self.transport.writelines([self._head, body])
            self._head = b""
        else:
            self.transport.write(body)
        if is_last:
            self._complete()

    def _complete(self) -> None:
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

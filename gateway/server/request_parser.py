"""A parser of HTTP/1.1 requests with ignored protocol offers.

llhttp stops behind the head of a request with `Connection: Upgrade` and `Upgrade`: what follows would
be the other protocol. A server that does not switch ignores the offer (RFC 9110, section 7.8): the body
follows, and then the next request. Java's client and `curl --http2` offer h2c with each request.
"""

from array import array
from typing import Final, Protocol

import httptools

CONNECT: Final = b"CONNECT"
OFFER: Final = b"upgrade"


class RequestReceiver(Protocol):
    """The callbacks of the parser, besides those of httptools."""

    url: bytes
    headers: list[tuple[bytes, bytes]]
    """The headers of the current request, names in lower case."""

    def should_switch(self) -> bool:
        """Return whether the connection switches to the offered protocol."""


class RequestParser(httptools.HttpRequestParser):
    """Parses a head with an ignored offer twice.

    The second time is without the `Upgrade` lines. The first pass calls `on_headers_complete` and
    `on_message_complete` while `should_upgrade` is true: the receiver leaves them out. The head of the second
    pass is written from what llhttp accepted in the first, so it has the same meaning but for the offer,
    wherever packets end.
    """

    def __init__(self, receiver: RequestReceiver) -> None:
        self._receiver = receiver
        self._start()

    def feed_data(self, data: "bytes | bytearray | memoryview | array[int]") -> None:
        """Parse bytes of the connection.

        Raises HttpParserError, or HttpParserUpgrade to switch.
        """
        while True:
            try:
                super().feed_data(data)
            except httptools.HttpParserUpgrade as stop:
                if self._receiver.should_switch():
                    raise
                data = memoryview(data)[stop.args[0] :]  # a copy each time would be quadratic
                self._repeat_head()
            else:
                return

    def _start(self) -> None:
        """Reset the parser.

        httptools starts llhttp afresh when it is initialised.
        """
        super().__init__(self._receiver)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does

    def _repeat_head(self) -> None:
        method = self.get_method()
        if method == CONNECT:
            raise httptools.HttpParserError("What follows CONNECT is no HTTP, so nothing goes on.")
        lines = [b"%b %b HTTP/%b" % (method, self._receiver.url, self.get_http_version().encode())]
        lines += [b"%b: %b" % header for header in self._receiver.headers if header[0] != OFFER]
        self._start()
        super().feed_data(b"\r\n".join([*lines, b"", b""]))

"""Requests with an offered upgrade mean what they mean without it, however they are cut into packets."""

from itertools import pairwise
from typing import Final

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.server.request_parser import RequestParser

OFFER: Final = (
    b"Connection: Upgrade, HTTP2-Settings\r\n",
    b"Upgrade: h2c\r\n",
    b"HTTP2-Settings: AAMAAABk\r\n",
)


class Reader:
    """What a server learns of the requests on a connection; `failed` ends it."""

    def __init__(self, *, switches: bool = False) -> None:
        self.switches = switches
        self.requests: list[dict[str, object]] = []
        self.failed = False
        self.switched = False
        self.parser = RequestParser(self)

    def should_switch(self) -> bool:
        return self.switches

    def read(self, packets: list[bytes]) -> "Reader":
        for packet in packets:
            try:
                self.parser.feed_data(packet)
            except httptools.HttpParserError:
                self.failed = True
                break
            except httptools.HttpParserUpgrade:
                self.switched = True
                break
        return self

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if not self.parser.should_upgrade():
            self.requests.append({
                "method": self.parser.get_method(),
                "url": self.url,
                "version": self.parser.get_http_version(),
                "headers": list(self.headers),
                "keep-alive": self.parser.should_keep_alive(),
            })  # fmt: skip

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            self.requests[-1]["body"] = self.body


def framed(body: bytes, *, chunked: bool) -> bytes:
    """The header lines that announce a body, and the body."""
    if not chunked:
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    half = len(body) // 2
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part]
    return b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks) + b"0\r\n\r\n"


BODIES = st.sampled_from([b"", b"{}", b"GET /graphql?query={a} HTTP/1.1\r\nHost: evil\r\n\r\n", b"\r\n\r\n"])
BODY = st.builds(lambda body, chunked: framed(body, chunked=chunked), BODIES, chunked=st.booleans())
REQUEST = st.builds(
    lambda method, version, own, rest: (
        b"%b /a%%20b?c=d HTTP/%b\r\nHost: shop\r\n" % (method, version),
        b"".join(own) + rest,
    ),
    st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"PATCH"]),
    st.sampled_from([b"1.1", b"1.0"]),
    st.lists(
        st.sampled_from([b"Accept: a\r\n", b"X-Empty:\r\n", b"Connection: close\r\n", b"X:\tb \xfc\r\n"])
    ),
    st.one_of(BODY, st.just(b"\r\n")),
)
OFFERS = st.lists(st.sampled_from(OFFER), unique=True).flatmap(st.permutations)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """The stream in packets that end at these places."""
    ends = sorted({place % (len(stream) + 1) for place in places} | {0, len(stream)})
    return [stream[start:end] for start, end in pairwise(ends)]


def without_offer(requests: list[dict[str, object]]) -> list[dict[str, object]]:
    """The same requests with the lines of the offer taken out of their headers."""
    for request in requests:
        assert isinstance(request["headers"], list)
        lines = {line.strip().split(b": ")[0].lower(): line.strip().split(b": ")[1] for line in OFFER}
        request["headers"] = [header for header in request["headers"] if header not in lines.items()]
    return requests


@given(
    st.lists(st.tuples(REQUEST, OFFERS), min_size=1, max_size=4),
    st.lists(st.integers(0, 2_000), max_size=40),
)
def test_a_request_means_the_same_with_and_without_an_offer(
    requests: list[tuple[tuple[bytes, bytes], list[bytes]]], places: list[int]
) -> None:
    plain = b"".join(start + rest for (start, rest), _ in requests)
    offering = b"".join(start + b"".join(offer) + rest for (start, rest), offer in requests)
    expected = Reader().read([plain])
    reader = Reader().read(cut(offering, places))
    assert without_offer(reader.requests) == expected.requests
    assert reader.failed == expected.failed


@given(st.lists(st.integers(0, 2_000), max_size=40))
def test_an_offer_never_makes_two_servers_disagree_about_a_body(places: list[int]) -> None:
    """What is refused without the offer is refused with it, and nothing behind it becomes a request."""
    ambiguous = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n%b\r\n%b"
    smuggled = b"GET /evil HTTP/1.1\r\nHost: a\r\n\r\n"
    for framing in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 0\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked, gzip\r\n",
        b"Content-Length: 4, 4\r\n",
    ):
        reader = Reader().read(cut(ambiguous % (framing, b"0\r\n\r\n" + smuggled), places))
        assert reader.failed
        assert [request for request in reader.requests if "body" in request] == []


def test_the_upgrade_lines_alone_are_left_out() -> None:
    offer = b"Upgrade: h2c, x\r\nConnection: keep-alive, Upgrade\r\nupgrade: y\r\n"
    stream = b"GET / HTTP/1.1\r\nHost: a\r\n" + offer + b"\r\n"
    [request] = Reader().read([stream]).requests
    assert request["headers"] == [(b"host", b"a"), (b"connection", b"keep-alive, Upgrade")]


def test_thousands_of_offers_in_one_packet_are_read_one_after_another() -> None:
    request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert len(Reader().read([request * 4_000]).requests) == 4_000


def test_nothing_after_connect_is_a_request() -> None:
    for end in (b"", b"Connection: Upgrade\r\nUpgrade: h2c\r\n", b"Content-Length: 4\r\n"):
        stream = b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n" + end + b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        reader = Reader().read([stream])
        assert (reader.failed, reader.requests) == (True, [])


@pytest.mark.parametrize("packets", [1, 3])
def test_a_connection_that_switches_is_left_to_the_other_protocol(packets: int) -> None:
    stream = b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    size = len(stream) // packets + 1
    reader = Reader(switches=True)
    reader.read([stream[start : start + size] for start in range(0, len(stream), size)])
    assert (reader.switched, reader.failed, reader.requests) == (True, False, [])
    assert (reader.url, reader.headers[-1]) == (b"/ws", (b"upgrade", b"websocket"))

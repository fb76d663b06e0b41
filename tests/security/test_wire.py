"""Bytes that HTTP clients do not send: two requests in the place of one, and requests that never end."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.survival.server import Server, serving

BODY = b'{"query":"{__typename}"}'
POST = b"POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n"
SMUGGLED = b"0\r\n\r\n" + GET + b"\r\n"
LAST_CHUNK = b"\r\n0\r\n\r\n"

AMBIGUOUS = {
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + SMUGGLED,
    "two lengths": POST + b"Content-Length: 24\r\nContent-Length: 0\r\n\r\n" + BODY,
    "a list of lengths": POST + b"Content-Length: 24, 0\r\n\r\n" + BODY,
    "a length with a plus": POST + b"Content-Length: +24\r\n\r\n" + BODY,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length beyond all numbers": POST + b"Content-Length: 99999999999999999999999\r\n\r\n" + BODY,
    "an unknown encoding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
    "chunks that are not the last encoding": POST
    + b"Transfer-Encoding: chunked, identity\r\n\r\n"
    + SMUGGLED,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n" + SMUGGLED,
    "a folded header": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + SMUGGLED,
    "a chunk size with a prefix": POST + b"Transfer-Encoding: chunked\r\n\r\n0x18\r\n" + BODY + LAST_CHUNK,
    "a negative chunk size": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + BODY + LAST_CHUNK,
    "a chunk size beyond all numbers": POST
    + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"
    + BODY
    + LAST_CHUNK,
    "a chunk size that ends in a line feed": POST
    + b"Transfer-Encoding: chunked\r\n\r\n18\n"
    + BODY
    + LAST_CHUNK,
    "lines that end in line feeds": GET.replace(b"\r\n", b"\n") + b"\n",
    "a carriage return in a header": GET + b"A: b\rX-Request-Id: evil\r\n\r\n",
    "NUL in a header": GET + b"A: b\x00c\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "an endless URL": b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: gateway\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that gives a request half a second."""
    home: Path = tmp_path_factory.mktemp("wire")
    with serving(f"sqlite+aiosqlite:///{home}/wire.db", home, SEGMENTS_REQUEST_TIMEOUT="0.5") as server:
        yield server


def connection(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    assert address.hostname is not None
    return socket.create_connection((address.hostname, address.port), timeout=60)


def exchanged(server: Server, sent: bytes) -> bytes:
    """All that comes back until the server closes the connection."""
    with connection(server) as wire:
        wire.sendall(sent)
        return b"".join(iter(lambda: wire.recv(65_536), b""))


def statuses(received: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/1\.1 (\d{3}) ", received)


@pytest.mark.parametrize("attack", AMBIGUOUS)
def test_what_two_servers_could_read_differently_is_refused(server: Server, attack: str) -> None:
    """One answer, and the connection closed: nothing of what follows is taken for a request."""
    assert statuses(exchanged(server, AMBIGUOUS[attack])) == [b"400"]


def test_requests_that_are_what_they_seem_are_answered_in_turn(server: Server) -> None:
    length = b"Content-Length: 24\r\n\r\n"
    received = exchanged(server, POST + length + BODY + GET + b"Connection: close\r\n\r\n")
    assert statuses(received) == [b"200", b"200"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/customer-segment/acme/segments/../../../metrics", b"404"),
        (b"/graphql/assets/../../page.py", b"404"),
        (b"/graphql/assets/%2e%2e/%2e%2e/page.py", b"404"),
        (b"/graphql/assets//etc/passwd", b"404"),
        (b"/graphql/assets/%00", b"404"),
    ],
)
def test_dots_in_a_path_are_letters_like_others(server: Server, path: bytes, status: bytes) -> None:
    received = exchanged(server, b"GET " + path + b" HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
    assert statuses(received) == [status]


def test_headers_of_a_megabyte_are_refused(server: Server) -> None:
    received = exchanged(server, GET + b"Connection: close\r\nA: " + b"x" * 900_000 + b"\r\n\r\n")
    assert statuses(received) == [b"431"]


def test_headers_that_never_end_are_cut_off(server: Server) -> None:
    """The server closes with the rest unread, which may reach the sender as a reset before any answer."""
    with connection(server) as wire, pytest.raises(ConnectionError):
        wire.sendall(GET + b"A: " + b"x" * 50_000_000)


def test_a_body_that_does_not_come_is_given_up(server: Server) -> None:
    received = exchanged(server, POST + b"Connection: close\r\nContent-Length: 24\r\n\r\n" + BODY[:5])
    assert statuses(received) == [b"504"]
    assert received.endswith(
        b'{"errors":[{"message":"The request took longer than the 0.5 seconds it may.",'
        b'"extensions":{"code":"TIMED_OUT"}}]}'
    )


def test_a_client_that_leaves_in_mid_body_fails_nothing(server: Server) -> None:
    with connection(server) as wire:
        wire.sendall(POST + b"Content-Length: 24\r\n\r\n" + BODY[:5])
    assert statuses(exchanged(server, GET + b"Connection: close\r\n\r\n")) == [b"200"]
    assert [line for line in server.lines if line.get("level") in {"error", "critical"}] == []

"""Responses as they are written to a connection."""

import asyncio
from collections.abc import Sequence

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from uvicorn.server import ServerState

from gateway.server.http_protocol import HttpProtocol
from tests.gateway.wire import Wire

GET = b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
LENGTH = [(b"content-length", b"4")]


async def answered(request: bytes, messages: Sequence[Message], *, reads: bool = False) -> Wire:
    """The wire of a connection on which an application answers a request with these messages."""
    done = asyncio.Event()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if reads:
                await receive()
            for message in messages:
                await send(message)
        finally:
            asyncio.get_running_loop().call_soon(done.set)  # when uvicorn has seen the end as well

    config = uvicorn.Config(app, interface="asgi3", log_config=None, access_log=False)
    protocol = HttpProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    wire = Wire()
    protocol.connection_made(wire)
    protocol.data_received(request)
    await done.wait()
    protocol.connection_lost(None)
    return wire


def start(status: int = 200, headers: Sequence[tuple[bytes, bytes]] = ()) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(part: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": more}


def parted(write: bytes) -> tuple[bytes, bytes]:
    """The status line and the body of an answer."""
    head, _, rest = write.partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0], rest


@pytest.mark.parametrize(
    ("request_", "messages", "writes"),
    [
        (GET, [start(200, LENGTH), body(b"done")], [(b"HTTP/1.1 200 OK", b"done")]),
        (HEAD, [start(200, LENGTH), body(b"done")], [(b"HTTP/1.1 200 OK", b"")]),
        (GET, [start(204), body()], [(b"HTTP/1.1 204 No Content", b"")]),
        (GET * 2, [start(200, LENGTH), body(b"done")], [(b"HTTP/1.1 200 OK", b"done")] * 2),
        (
            GET,
            [start(200, LENGTH), body(b"do", more=True), body(b"ne")],
            [(b"HTTP/1.1 200 OK", b"do"), (b"ne", b"")],
        ),
    ],
)
async def test_an_answer_leaves_in_as_few_pieces_as_it_has(
    request_: bytes, messages: Sequence[Message], writes: Sequence[tuple[bytes, bytes]]
) -> None:
    wire = await answered(request_, messages)
    await asyncio.sleep(0.01)  # of two requests in one packet, the second is answered by a task of its own
    assert [parted(write) for write in wire.writes] == writes


async def test_who_asks_whether_to_go_on_is_told_at_once() -> None:
    asking = b"POST / HTTP/1.1\r\nHost: gateway\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    wire = await answered(asking + b"{}", [start(200, LENGTH), body(b"done")], reads=True)
    assert [parted(write)[0] for write in wire.writes] == [b"HTTP/1.1 100 Continue", b"HTTP/1.1 200 OK"]


@pytest.mark.parametrize(
    "messages",
    [
        [start(200, LENGTH), body(b"too long")],
        [start(200, LENGTH), body(b"do")],
        [start(200, [(b"location", b"/\r\nset-cookie: a=b")]), body()],
        [start(200, [(b"location", b"/\nset-cookie: a=b")]), body()],
    ],
    ids=["too long", "too short", "CRLF in a header", "LF in a header"],
)
async def test_a_faulty_response_is_not_sent(messages: Sequence[Message]) -> None:
    wire = await answered(GET, messages)
    await asyncio.sleep(0)
    assert wire.writes == []
    assert wire.is_closed


async def test_no_message_follows_the_last_one() -> None:
    wire = await answered(GET, [start(200, LENGTH), body(b"done"), body(b"more")])
    assert [parted(write) for write in wire.writes] == [(b"HTTP/1.1 200 OK", b"done")]


@pytest.mark.parametrize(
    ("request_", "headers", "closes"),
    [
        (GET, [], False),
        (GET, [(b"connection", b"close")], True),
        (GET.replace(b"1.1", b"1.0"), [], True),
        (GET.replace(b"Host", b"Connection: close\r\nHost"), [], True),
    ],
)
async def test_the_last_response_of_a_connection_says_so(
    request_: bytes, headers: Sequence[tuple[bytes, bytes]], *, closes: bool
) -> None:
    wire = await answered(request_, [start(200, [*LENGTH, *headers]), body(b"done")])
    assert wire.sent.count(b"connection: close\r\n") == closes


async def test_a_response_without_a_length_is_sent_in_chunks() -> None:
    wire = await answered(GET, [start(), body(b"do", more=True), body(b"ne"), body()])
    assert wire.sent.endswith(b"transfer-encoding: chunked\r\n\r\n2\r\ndo\r\n2\r\nne\r\n0\r\n\r\n")

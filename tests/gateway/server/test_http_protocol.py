"""Connections whose request does not get to its point, each on a clock that the test moves."""

import asyncio
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from gateway.server.connection_limits import (
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
from gateway.server.http_protocol import HttpProtocol
from rest_compat.wire.request_state import request_state
from tests.gateway.wire import Wire

IDLE_TIME = 10_000
HEAD = b"GET / HTTP/1.1\r\nHost: gateway\r\n"


class Clock:
    """The part of an event loop that a connection needs; time passes when the test says so."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.now = 0.0
        self.timers: list[tuple[float, Any]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Any, *arguments: Any) -> asyncio.TimerHandle:
        self.timers.append((self.now + delay, lambda: callback(*arguments)))
        return self._loop.call_later(3600, lambda: None)

    def create_task(self, work: Any, **options: Any) -> Any:
        return self._loop.create_task(work, **options)

    def passes(self, seconds: float) -> None:
        self.now += seconds
        due = [one for when, one in self.timers if when <= self.now]
        self.timers = [(when, one) for when, one in self.timers if when > self.now]
        for one in due:
            one()


class Connection:
    """A connection to an application that answers when it is told to; `scopes` are its requests."""

    def __init__(self, loop: asyncio.AbstractEventLoop, state: ServerState | None = None) -> None:
        self.may_answer = asyncio.Event()
        self.left = asyncio.Event()
        self.scopes: list[Scope] = []
        self.clock = Clock(loop)
        self.wire = Wire()
        config = uvicorn.Config(
            self._answer, interface="asgi3", log_config=None, access_log=False, timeout_keep_alive=IDLE_TIME
        )
        self.protocol = HttpProtocol(config, state or ServerState(), {}, self.clock)
        self.protocol.connection_made(self.wire)

    async def _answer(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        request_state(scope).client_left = self.left.set
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


@pytest.fixture
async def connection() -> Connection:
    return Connection(asyncio.get_running_loop())


@pytest.fixture(params=[b"", b"G", HEAD], ids=["nothing", "a letter", "a header"])
def beginning(request: pytest.FixtureRequest) -> bytes:
    begun: bytes = request.param
    return begun


async def test_a_head_that_does_not_come_closes_the_connection(
    connection: Connection, beginning: bytes
) -> None:
    connection.protocol.data_received(beginning)
    for _ in range(3):  # a little more now and then is no excuse
        connection.clock.passes(HEAD_TIME / 4)
        connection.protocol.data_received(b"A: b\r\n" if beginning == HEAD else b"")
    assert not connection.wire.is_closed
    connection.clock.passes(HEAD_TIME / 4)
    assert connection.wire.is_closed


async def test_who_waits_for_an_answer_is_not_late(connection: Connection) -> None:
    connection.protocol.data_received(HEAD + b"\r\n" + HEAD)  # the next request has begun as well
    for _ in range(5):
        connection.clock.passes(HEAD_TIME)
    assert not connection.wire.is_closed


async def test_who_has_been_answered_may_rest(connection: Connection) -> None:
    connection.may_answer.set()
    connection.protocol.data_received(HEAD + b"\r\n")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert connection.wire.sent.startswith(b"HTTP/1.1 204")
    for _ in range(5):
        connection.clock.passes(HEAD_TIME)
    assert not connection.wire.is_closed  # how long is another setting of the server


async def test_who_rests_for_too_long_is_let_go(connection: Connection) -> None:
    connection.may_answer.set()
    for _ in range(2):
        connection.protocol.data_received(HEAD + b"\r\n")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        connection.clock.passes(IDLE_TIME - HEAD_TIME)
        assert not connection.wire.is_closed
    connection.clock.passes(HEAD_TIME)
    assert connection.wire.is_closed


async def test_a_head_has_a_largest_size(connection: Connection) -> None:
    connection.protocol.data_received(HEAD + b"A: ")
    connection.protocol.data_received(b"x" * (LARGEST_HEAD + 1))
    assert not connection.wire.is_closed
    connection.protocol.data_received(b"x")
    assert connection.wire.is_closed
    assert connection.wire.sent.startswith(b"HTTP/1.1 400 ")


async def test_a_head_has_so_many_lines(connection: Connection) -> None:
    connection.protocol.data_received(HEAD + b"A:b\r\n" * (MOST_HEADERS - 1) + b"\r\n")
    await asyncio.sleep(0)
    assert len(connection.scopes[0]["headers"]) == MOST_HEADERS
    connection.may_answer.set()
    await asyncio.sleep(0.01)
    connection.protocol.data_received(HEAD + b"A:b\r\n" * MOST_HEADERS + b"\r\n")
    assert connection.wire.sent.endswith(TOO_MANY_HEADERS.encode())
    assert (connection.wire.is_closed, len(connection.scopes)) == (True, 1)


async def test_a_body_does_not_come_byte_by_byte(connection: Connection) -> None:
    head = HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n"
    connection.protocol.data_received(head + b"1\r\nx\r\n" * MOST_PARTS)
    assert not connection.wire.is_closed
    connection.protocol.data_received(b"1\r\nx\r\n")
    assert connection.wire.sent.endswith(TOO_SMALL_PARTS.encode())
    assert connection.wire.is_closed


async def test_a_body_comes_in_any_number_of_parts(connection: Connection) -> None:
    head = HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n"
    part = b"%x\r\n" % SMALLEST_PART + b"x" * SMALLEST_PART + b"\r\n"
    connection.protocol.data_received(head + part * (2 * MOST_PARTS) + b"0\r\n\r\n")
    await asyncio.sleep(0)
    assert (connection.wire.is_closed, len(connection.scopes)) == (False, 1)


async def test_so_many_requests_wait_for_the_one_before(connection: Connection) -> None:
    request = HEAD + b"\r\n"
    connection.protocol.data_received(request * (MOST_WAITING + 1))
    await asyncio.sleep(0)
    assert (connection.wire.is_closed, len(connection.scopes)) == (False, 1)
    connection.protocol.data_received(request)
    assert connection.wire.sent.endswith(TOO_MANY_WAITING.encode())
    assert connection.wire.is_closed


async def test_a_body_is_no_part_of_the_head(connection: Connection) -> None:
    head = HEAD.replace(b"GET", b"POST") + b"Content-Length: 9000000\r\n\r\n"
    connection.protocol.data_received(head + b"x" * LARGEST_HEAD)
    connection.protocol.data_received(b"x" * LARGEST_HEAD)
    connection.protocol.data_received(b"x" * LARGEST_HEAD)
    assert not connection.wire.is_closed


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_request_learns_that_its_client_has_left(
    connection: Connection, *, is_answered: bool
) -> None:
    if is_answered:
        connection.may_answer.set()
    connection.protocol.data_received(HEAD + b"\r\n")
    for _ in range(3):
        await asyncio.sleep(0)
    connection.protocol.connection_lost(None)
    assert connection.left.is_set() is not is_answered


async def test_a_connection_may_be_lost_before_its_first_request(connection: Connection) -> None:
    connection.protocol.connection_lost(None)
    assert not connection.left.is_set()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: user@shop\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: shop/path\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: shop:http\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: sh\xf6p\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody", 400),
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400),
        (b"GET http://a/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 204),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 204),
        (b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 204),
        (b"GET / HTTP/1.1\r\nHost: my_shop.example:\r\n\r\n", 204),
        (b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 204),
    ],
)
async def test_a_request_names_exactly_one_host(connection: Connection, request_: bytes, status: int) -> None:
    """As RFC 9112, section 3.2 has it: HTTP/1.0 may leave it out."""
    connection.may_answer.set()
    connection.protocol.data_received(request_)
    for _ in range(3):
        await asyncio.sleep(0)
    assert connection.wire.sent.startswith(b"HTTP/1.1 %d " % status)
    if status == 400:
        assert connection.wire.sent.endswith(b"A request has exactly one Host header, which names a host.")
        assert (connection.wire.is_closed, connection.scopes) == (True, [])


CHUNKED = HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"


async def test_trailers_are_no_headers(connection: Connection) -> None:
    connection.protocol.data_received(CHUNKED + b"Authorization: Bearer forged\r\n\r\n")
    await asyncio.sleep(0)
    assert [name for name, _ in connection.scopes[0]["headers"]] == [b"host", b"transfer-encoding"]


@pytest.mark.parametrize("endless", [CHUNKED + b"A: ", CHUNKED[:-3] + b"0;"], ids=["trailers", "extension"])
async def test_what_is_neither_head_nor_body_has_a_largest_size(
    connection: Connection, endless: bytes
) -> None:
    connection.protocol.data_received(endless)
    connection.protocol.data_received(b"x" * (LARGEST_HEAD + 1))
    assert not connection.wire.is_closed
    connection.protocol.data_received(b"x")
    assert connection.wire.is_closed


async def test_a_refusal_is_not_written_into_a_response(connection: Connection) -> None:
    """Bytes that cannot be read come while the response to the request before them is half written."""
    connection.protocol.data_received(HEAD + b"\r\n")
    await asyncio.sleep(0)
    connection.protocol.cycle.response_started = True
    connection.protocol.data_received(b"no request\r\n\r\n")
    assert (connection.wire.sent, connection.wire.is_closed) == (b"", True)


async def respond(connection: Connection, end: bytes = b"\r\n") -> int:
    """Let a request be answered; return the bytes of the response."""
    connection.may_answer.set()
    before = len(connection.wire.sent)
    connection.protocol.data_received(HEAD + end)
    for _ in range(3):
        await asyncio.sleep(0)
    return len(connection.wire.sent) - before


@pytest.mark.parametrize("end", [b"\r\n", b"Connection: close\r\n\r\n"], ids=["kept", "closed"])
async def test_a_client_that_does_not_read_loses_its_connection(connection: Connection, end: bytes) -> None:
    """Closing alone waits until everything is read, for ever if need be."""
    connection.wire.unread = await respond(connection, end)
    for _ in range(int(SEND_TIME / HEAD_TIME)):
        connection.clock.passes(HEAD_TIME)
        assert not connection.wire.is_aborted
        connection.wire.unread = max(1, connection.wire.unread - 1)  # a byte now and then does not help
    connection.clock.passes(HEAD_TIME)
    assert connection.wire.is_aborted


async def test_a_client_that_reads_in_time_keeps_its_connection(connection: Connection) -> None:
    """There is always something unread, of one response after another."""
    for _ in range(20):
        connection.wire.unread = await respond(connection)
        connection.clock.passes(HEAD_TIME)
    assert not connection.wire.is_aborted


async def test_an_idle_client_has_nothing_to_read(connection: Connection) -> None:
    await respond(connection)
    for _ in range(20):
        connection.clock.passes(HEAD_TIME)
    assert not connection.wire.is_aborted


async def test_the_rest_of_a_body_has_to_come_after_the_response(connection: Connection) -> None:
    post = HEAD.replace(b"GET", b"POST") + b"Content-Length: 1000\r\n\r\n"
    connection.protocol.data_received(post)
    for _ in range(3):
        connection.clock.passes(HEAD_TIME)  # the deadline for the response is another
    assert not connection.wire.is_closed
    connection.may_answer.set()
    for _ in range(3):
        await asyncio.sleep(0)
    for _ in range(2):  # a little more now and then is no excuse
        assert not connection.wire.is_closed
        connection.clock.passes(HEAD_TIME / 2)
        connection.protocol.data_received(b"x")
    connection.clock.passes(HEAD_TIME / 2)
    assert connection.wire.is_closed

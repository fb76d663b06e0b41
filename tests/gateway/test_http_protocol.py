"""Connections whose request does not get to its point, each on a clock that the test moves."""

import asyncio
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from gateway.http_protocol import HEAD_TIME, LARGEST_HEAD, HttpProtocol
from tests.gateway.wire import Wire

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
    """A connection to an application that answers when it is told to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.may_answer = asyncio.Event()
        self.left = asyncio.Event()
        self.clock = Clock(loop)
        self.wire = Wire()
        config = uvicorn.Config(
            self._answer, interface="asgi3", log_config=None, access_log=False, timeout_keep_alive=10_000
        )
        self.protocol = HttpProtocol(config, ServerState(), {}, self.clock)  # type: ignore[arg-type]
        self.protocol.connection_made(self.wire)

    async def _answer(self, scope: Scope, _receive: Receive, send: Send) -> None:
        scope["state"]["client_left"] = self.left.set
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


async def test_a_head_has_a_largest_size(connection: Connection) -> None:
    connection.protocol.data_received(HEAD + b"A: ")
    connection.protocol.data_received(b"x" * (LARGEST_HEAD + 1))
    assert not connection.wire.is_closed
    connection.protocol.data_received(b"x")
    assert connection.wire.is_closed
    assert connection.wire.sent.startswith(b"HTTP/1.1 400 ")


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

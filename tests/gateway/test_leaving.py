"""A connection whose server leaves: one more request is answered, with the word that it was the last."""

import asyncio

import pytest
from uvicorn.server import ServerState

from gateway.server.http_protocol import LAST_REQUEST_TIME
from gateway.server.workers import LeavingState
from tests.gateway.server.test_http_protocol import HEAD, Connection

REQUEST = HEAD + b"\r\n"


@pytest.fixture
async def connection() -> Connection:
    connection = Connection(asyncio.get_running_loop(), LeavingState())
    connection.may_answer.set()
    return connection


def leave(connection: Connection) -> None:
    """What the server does when it shuts down."""
    state: ServerState = connection.protocol.server_state
    assert isinstance(state, LeavingState)
    state.is_leaving = True
    connection.protocol.shutdown()


async def answered(connection: Connection) -> bytes:
    """All that is sent once the application had its turns."""
    for _ in range(5):
        await asyncio.sleep(0)
    return connection.wire.sent


async def test_an_idle_connection_is_closed_after_a_while(connection: Connection) -> None:
    connection.protocol.data_received(REQUEST)
    assert b"connection: close" not in await answered(connection)
    leave(connection)
    connection.clock.passes(LAST_REQUEST_TIME - 0.01)
    assert not connection.wire.is_closed
    connection.clock.passes(0.01)
    assert connection.wire.is_closed


@pytest.mark.parametrize("requests_before", [0, 1])
async def test_a_request_that_comes_in_time_is_answered_as_the_last(
    connection: Connection, requests_before: int
) -> None:
    connection.protocol.data_received(REQUEST * requests_before)
    before = await answered(connection)
    leave(connection)
    assert not connection.wire.is_closed
    connection.protocol.data_received(REQUEST)
    answer = (await answered(connection)).removeprefix(before)
    assert answer.startswith(b"HTTP/1.1 204 ")
    assert b"connection: close\r\n" in answer
    assert connection.wire.is_closed


async def test_a_request_under_way_is_answered_as_the_last(connection: Connection) -> None:
    connection.may_answer.clear()
    connection.protocol.data_received(REQUEST)
    assert await answered(connection) == b""
    leave(connection)
    connection.clock.passes(LAST_REQUEST_TIME)
    assert not connection.wire.is_closed
    connection.may_answer.set()
    assert b"connection: close\r\n" in await answered(connection)
    assert connection.wire.is_closed


async def test_a_request_that_is_coming_in_is_answered(connection: Connection) -> None:
    leave(connection)
    connection.protocol.data_received(HEAD)
    connection.clock.passes(LAST_REQUEST_TIME)
    assert not connection.wire.is_closed
    connection.protocol.data_received(b"\r\n")
    assert b"connection: close\r\n" in await answered(connection)
    assert connection.wire.is_closed


async def test_a_response_that_has_begun_without_the_word_leaves_time_for_another_request(
    connection: Connection,
) -> None:
    connection.may_answer.clear()
    connection.protocol.data_received(REQUEST)
    await answered(connection)
    connection.protocol.cycle.response_started = True
    leave(connection)
    connection.protocol.cycle.response_complete = True
    connection.protocol.on_response_complete()
    connection.clock.passes(LAST_REQUEST_TIME - 0.01)
    assert not connection.wire.is_closed
    connection.clock.passes(0.01)
    assert connection.wire.is_closed


async def test_a_connection_that_is_accepted_while_the_server_leaves_has_one_request() -> None:
    state = LeavingState()
    state.is_leaving = True
    connection = Connection(asyncio.get_running_loop(), state)
    connection.may_answer.set()
    connection.protocol.data_received(REQUEST)
    assert b"connection: close\r\n" in await answered(connection)
    idle = Connection(asyncio.get_running_loop(), state)
    idle.clock.passes(LAST_REQUEST_TIME)
    assert idle.wire.is_closed

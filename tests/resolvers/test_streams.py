import time
from typing import Any, cast

import pytest

from resolvers.caller import Caller
from resolvers.errors import TooManyStreams
from resolvers.streams import CLIENT_LEFT, SERVER_LEAVES, TOKEN_ENDED, Streams

ANNA, BEN = Caller("shop", customer_id="anna"), Caller("shop", customer_id="ben")


class Verification:
    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.knows = True

    async def __call__(self) -> Caller:
        if self.fails:
            raise ValueError("withdrawn")
        return ANNA

    def is_known(self) -> bool:
        return self.knows


def streams_of(**limits: Any) -> Streams:
    return Streams(cast("Any", None), **limits)


def test_streams_are_bounded_together_and_for_each_caller() -> None:
    streams = streams_of(most=3, most_of_caller=2)
    first = streams.opened("websocket", ANNA)
    streams.opened("rest_sse", ANNA)
    with pytest.raises(TooManyStreams):
        streams.opened("websocket", ANNA)
    streams.opened("websocket", BEN)
    with pytest.raises(TooManyStreams):
        streams.opened("websocket", BEN)
    assert streams.open == {"websocket": 2, "rest_sse": 1}
    first.close()
    streams.opened("websocket", ANNA)


def test_the_first_reason_is_kept_and_wakes() -> None:
    stream = streams_of().opened("websocket", ANNA)
    woken: list[bool] = []
    stream.wake = lambda: woken.append(True)
    assert stream.reason is None
    assert stream.may_send_now()
    stream.end(CLIENT_LEFT)
    stream.end(SERVER_LEAVES)
    assert stream.reason == CLIENT_LEFT
    assert not stream.may_send_now()
    assert woken == [True, True]


def test_a_token_that_has_ended_ends_its_stream() -> None:
    stream = streams_of().opened("websocket", Caller("shop", expires_at=time.time() - 1))
    assert stream.reason == TOKEN_ENDED
    assert not stream.may_send_now()


async def test_a_token_that_is_withdrawn_ends_its_stream() -> None:
    streams = streams_of()
    valid = Verification()
    stream = streams.opened("websocket", ANNA, valid)
    assert not await stream.has_ended()
    valid.knows = False
    assert not stream.may_send_now()
    valid.fails = True
    assert await stream.has_ended()
    assert stream.reason == TOKEN_ENDED


def test_batches_and_the_longest_lag_are_counted() -> None:
    streams = streams_of()
    stream = streams.opened("graphql_sse", ANNA)
    for lag in (0.5, 0.2, None):
        stream.sent(lag)
    assert (stream.batches, streams.batches["graphql_sse"], streams.lag) == (3, 3, 0.5)

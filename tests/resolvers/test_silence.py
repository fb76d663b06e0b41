"""Streams that have said nothing for long give a sign of life; the others do not."""

import asyncio

import pytest

from resolvers import silence
from resolvers.silence import SIGNS_AT_ONCE, Silence

PATIENCE = 10


class Stream:
    """A stream that counts its signs."""

    def __init__(self) -> None:
        self.silent_since = asyncio.get_running_loop().time()
        self.signs = 0
        self.signed: asyncio.Queue[None] = asyncio.Queue()

    def break_silence(self) -> None:
        self.signs += 1
        self.signed.put_nowait(None)


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "SECONDS_BETWEEN_SIGNS", 0.2)
    monkeypatch.setattr(silence, "PAUSE", 0.01)


async def until_signs_of(stream: Stream, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        for _ in range(count):
            await stream.signed.get()


async def test_the_silent_give_a_sign_again_and_again_and_those_that_speak_none() -> None:
    watching = Silence()
    silent, speaking, gone = Stream(), Stream(), Stream()
    for stream in (silent, speaking, gone):
        watching.watch(stream)
    watching.forget(gone)
    waiting = asyncio.create_task(until_signs_of(silent, 3))
    while not waiting.done():
        speaking.silent_since = asyncio.get_running_loop().time() + 1
        await asyncio.sleep(0)
    assert (silent.signs, speaking.signs, gone.signs) == (3, 0, 0)


async def test_many_have_their_turn_in_several_steps() -> None:
    watching = Silence()
    streams = [Stream() for _ in range(2 * SIGNS_AT_ONCE + 1)]
    for stream in streams:
        watching.watch(stream)
    await until_signs_of(streams[-1], 1)
    assert all(stream.signs for stream in streams)


async def test_whoever_is_watched_after_all_have_left_is_watched() -> None:
    watching = Silence()
    left, later = Stream(), Stream()
    watching.watch(left)
    watching.forget(left)
    await asyncio.sleep(0.3)
    later.silent_since = asyncio.get_running_loop().time()
    watching.watch(later)
    await until_signs_of(later, 1)
    assert left.signs == 0

import asyncio
from typing import Any, cast

import pytest

from resolvers.changes.read import ChangeBatch
from resolvers.changes.shared import LONGEST_KEPT, MOST_MADE, SharedBatch


class Maker:
    def __init__(self, text: str = "text") -> None:
        self.text = text
        self.calls = 0

    async def make(self) -> str:
        self.calls += 1
        await asyncio.sleep(0)
        return self.text


def shared() -> SharedBatch:
    return SharedBatch(cast("ChangeBatch", None))


async def test_a_text_is_made_once_for_a_key() -> None:
    batch, maker = shared(), Maker()
    assert await asyncio.gather(*(batch.once("key", maker.make) for _ in range(3))) == ["text"] * 3
    assert await batch.once("key", maker.make) == "text"
    assert maker.calls == 1


async def test_a_long_text_is_not_kept() -> None:
    batch, maker = shared(), Maker("x" * (LONGEST_KEPT + 1))
    for _ in range(2):
        await batch.once("key", maker.make)
        await asyncio.sleep(0)
    assert maker.calls == 2


async def test_a_failure_is_not_kept() -> None:
    batch, maker = shared(), Maker()

    async def fail() -> Any:
        raise ValueError("any")

    with pytest.raises(ValueError, match="any"):
        await batch.once("key", fail)
    assert await batch.once("key", maker.make) == "text"


async def test_only_so_many_texts_are_kept() -> None:
    batch, maker = shared(), Maker()
    for key in range(MOST_MADE + 1):
        await batch.once(key, maker.make)
    await batch.once(0, maker.make)
    await batch.once(MOST_MADE, maker.make)
    assert maker.calls == MOST_MADE + 2


async def test_a_reader_that_leaves_does_not_end_the_text_of_others() -> None:
    batch, maker = shared(), Maker()
    leaving = asyncio.create_task(batch.once("key", maker.make))
    staying = asyncio.create_task(batch.once("key", maker.make))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "text"

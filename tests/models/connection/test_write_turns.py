import asyncio

import pytest

from models.connection.client import Client
from models.connection.failure import DatabaseUnavailable
from models.connection.write_turns import WriteTurns

ANNA, BEN = Client("shop", "anna"), Client("shop", "ben")


async def test_as_many_write_as_there_is_room() -> None:
    turns = WriteTurns(lambda: 1, patience=0)
    async with turns.turn(ANNA):
        with pytest.raises(DatabaseUnavailable, match="every connection is taken"):
            async with turns.turn(BEN):
                raise AssertionError
    assert turns.share.refusals["taken"] == 1
    async with turns.turn(BEN):
        assert not turns.has_item()
    assert turns.has_item()


async def test_a_failed_write_ends_its_turn() -> None:
    turns = WriteTurns(lambda: 1, patience=None)
    with pytest.raises(ValueError, match="any"):
        async with turns.turn(ANNA):
            raise ValueError("any")
    assert turns.has_item()


async def test_a_waiting_write_follows() -> None:
    turns = WriteTurns(lambda: 1, patience=30)
    order: list[str] = []

    async def write() -> None:
        async with turns.turn(BEN):
            order.append("second")

    async with turns.turn(ANNA):
        waiting = asyncio.create_task(write())
        await asyncio.sleep(0)
        order.append("first")
    await waiting
    assert order == ["first", "second"]

"""The connections of reads: lent from one to the next, never to two at a time, never lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from models.database import Database
from models.driver import Driver
from models.failure import DatabaseUnavailable
from models.read_pool import ReadPool
from models.segment import segment


class Connection(Driver):
    """A driver's connection, as far as a pool looks at it."""

    def __init__(self) -> None:
        self.usable = True
        self.returned = False

    def is_idle(self) -> bool:
        return self.usable

    async def give_back(self) -> None:
        self.returned = True

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        raise NotImplementedError

    async def begin(self) -> None:
        raise NotImplementedError

    async def end(self) -> None:
        raise NotImplementedError


@dataclass
class Lender:
    """What the pool borrows from; `away` is a database that is not there."""

    lent: list[Connection] = field(default_factory=list)
    away: bool = False

    async def borrow(self) -> Driver:
        await asyncio.sleep(0)
        if self.away:
            raise DatabaseUnavailable("the database cannot be reached")
        self.lent.append(Connection())
        return self.lent[-1]


@pytest.fixture
def lender() -> Lender:
    return Lender()


def pool_of(lender: Lender, most: int, patience: float = 5.0) -> ReadPool:
    return ReadPool(lender.borrow, most, patience)


async def test_what_is_given_back_is_lent_again(lender: Lender) -> None:
    pool = pool_of(lender, 2)
    first = await pool.take()
    await pool.give_back(first)
    assert len(pool) == 1
    assert await pool.take() is first
    assert (len(lender.lent), len(pool), pool.waits) == (1, 0, 0)


async def test_who_waits_longest_is_served_first(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    only = await pool.take()
    served: list[int] = []

    async def wait(number: int) -> None:
        driver = await pool.take()
        served.append(number)
        await pool.give_back(driver)

    waiting = [asyncio.create_task(wait(number)) for number in range(3)]
    await asyncio.sleep(0)
    await pool.give_back(only)
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2]
    assert (len(lender.lent), pool.waits) == (1, 3)


async def test_who_waits_too_long_is_refused_and_takes_nothing(lender: Lender) -> None:
    pool = pool_of(lender, 1, patience=0.01)
    only = await pool.take()
    with pytest.raises(DatabaseUnavailable, match="every connection is taken"):
        await pool.take()
    await pool.give_back(only)
    assert await pool.take() is only


async def test_a_lost_connection_makes_room_for_another(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    lost = await pool.take()
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    lender.lent[0].usable = False
    await pool.give_back(lost)
    assert await waiting is lender.lent[1]
    assert lender.lent[0].returned


async def test_a_connection_that_is_lost_while_it_lies_idle_is_not_lent(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    await pool.give_back(await pool.take())
    lender.lent[0].usable = False
    assert await pool.take() is lender.lent[1]
    assert lender.lent[0].returned


async def test_failing_to_borrow_leaves_room_for_those_who_wait(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    lender.away = True
    first, second = (asyncio.create_task(pool.take()) for _ in range(2))
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await first
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await second
    lender.away = False
    assert await pool.take() is lender.lent[0]


async def test_who_leaves_in_the_moment_of_being_served_gives_back(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    only = await pool.take()
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    await pool.give_back(only)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await pool.take() is only


async def test_a_pool_of_none_borrows_for_every_read(lender: Lender) -> None:
    pool = pool_of(lender, 0)
    for _ in range(2):
        await pool.give_back(await pool.take())
    assert [connection.returned for connection in lender.lent] == [True, True]
    assert len(pool) == 0


async def test_closing_returns_what_lies_idle(lender: Lender) -> None:
    pool = pool_of(lender, 2)
    await pool.give_back(await pool.take())
    await pool.close()
    assert (lender.lent[0].returned, len(pool)) == (True, 0)


async def test_many_readers_leave_room_for_a_writer(database: Database, tenant: str) -> None:
    """Twice as many snapshots as connections, each read from, while somebody writes."""

    async def read() -> int:
        async with database.read() as snapshot:
            return len(await snapshot.rows(select(segment.c.id).where(segment.c.tenant == tenant)))

    async def write(_transaction: object) -> None:
        await asyncio.sleep(0)

    *counts, _ = await asyncio.gather(*(read() for _ in range(20)), database.write(write))
    assert counts == [0] * 20
    assert database.connections_in_use == 0

"""The connections of reads: lent from one to the next, never to two at a time, never lost."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import CursorResult, select

from models.connection.database import Database
from models.connection.driver import Driver
from models.connection.failure import DatabaseUnavailable
from models.connection.read_pool import ReadPool
from models.sql.prepared import Run
from models.tables.segment import segment


class Connection(Driver):
    """A driver's connection, as far as a pool looks at it."""

    def __init__(self) -> None:
        self.usable = True
        self.returned = False
        self.ended = False
        self.trusted = True
        self.alive = True
        self.is_silent = False
        self.opened_at = self.answered_at = monotonic()

    def abort(self) -> None:
        self.usable = False

    def allow(self, most: int | None) -> None:
        """It has nothing to be counted."""

    def is_idle(self) -> bool:
        return self.usable

    def is_trusted(self) -> bool:
        return self.usable and self.trusted

    async def is_alive(self) -> bool:
        await asyncio.sleep(0)
        return self.usable and self.alive

    async def give_back(self) -> None:
        self.returned = True

    def discard(self) -> Coroutine[Any, Any, None]:
        return self._end_connection()

    async def _end_connection(self) -> None:
        await asyncio.sleep(0)
        self.ended = True

    def is_closed(self) -> bool:
        return self.ended

    def is_in_transaction(self) -> bool:
        return False

    async def interrupt(self, statement: "asyncio.Task[Any]") -> None:
        raise NotImplementedError

    async def run(self, statements: Sequence[Run]) -> Sequence[Any]:
        raise NotImplementedError

    def check(self, result: CursorResult[Any] | None) -> None:
        raise NotImplementedError

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        raise NotImplementedError

    async def _begun(self) -> None:
        raise NotImplementedError

    async def _rolled_back(self) -> None:
        raise NotImplementedError


@dataclass
class Lender:
    """What the pool opens connections with; `away` is a database that is not there."""

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


def pool_of(lender: Lender, size: int, patience: float = 5.0, *, keeps: bool = True) -> ReadPool:
    return ReadPool(lender.borrow, size, patience, most=size, keeps=keeps)


async def test_what_is_given_back_is_lent_again(lender: Lender) -> None:
    pool = pool_of(lender, 2)
    first = await pool.acquire()
    pool.release(first)
    assert len(pool) == 1
    assert await pool.acquire() is first
    assert (len(lender.lent), len(pool), pool.share.waits) == (1, 0, {})


async def test_who_waits_longest_is_served_first(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    only = await pool.acquire()
    served: list[int] = []

    async def wait(number: int) -> None:
        driver = await pool.acquire()
        served.append(number)
        pool.release(driver)

    waiting = [asyncio.create_task(wait(number)) for number in range(3)]
    await asyncio.sleep(0)
    pool.release(only)
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2]
    assert (len(lender.lent), pool.share.waits) == (1, {"taken": 3})


async def test_who_waits_too_long_is_refused_and_takes_nothing(lender: Lender) -> None:
    pool = pool_of(lender, 1, patience=0.01)
    only = await pool.acquire()
    with pytest.raises(DatabaseUnavailable, match="every connection is taken"):
        await pool.acquire()
    pool.release(only)
    assert await pool.acquire() is only
    assert pool.share.refusals == {"taken": 1}


async def test_a_lost_connection_makes_room_for_another(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    lost = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    lender.lent[0].usable = False
    pool.release(lost)
    assert await waiting is lender.lent[1]
    assert lender.lent[0].ended


async def test_a_connection_that_is_lost_while_it_lies_idle_is_not_lent(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    pool.release(await pool.acquire())
    lender.lent[0].usable = False
    assert await pool.acquire() is lender.lent[1]
    await pool.close()
    assert lender.lent[0].ended


async def test_failing_to_borrow_leaves_room_for_those_who_wait(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    lender.away = True
    first, second = (asyncio.create_task(pool.acquire()) for _ in range(2))
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await first
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await second
    lender.away = False
    assert await pool.acquire() is lender.lent[0]


async def test_who_leaves_in_the_moment_of_being_served_gives_back(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    only = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(only)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await pool.acquire() is only


async def test_a_pool_that_keeps_nothing_borrows_for_every_read(lender: Lender) -> None:
    pool = pool_of(lender, 1, keeps=False)
    for _ in range(2):
        pool.release(await pool.acquire())
    await pool.close()
    assert [connection.returned for connection in lender.lent] == [True, True]
    assert (len(pool), pool.opened) == (0, 0)


async def test_closing_ends_what_is_idle(lender: Lender) -> None:
    pool = pool_of(lender, 2)
    pool.release(await pool.acquire())
    await pool.close()
    assert (lender.lent[0].ended, len(pool)) == (True, 0)


async def test_a_read_that_leaves_in_the_moment_of_being_given_room_passes_it_on(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    lost = await pool.acquire()
    first, second = (asyncio.create_task(pool.acquire()) for _ in range(2))
    await asyncio.sleep(0)
    lender.lent[0].usable = False
    pool.release(lost)
    while not lender.lent[0].ended:  # noqa: ASYNC110  (each turn of the loop is a step)
        await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(5):
        assert await second is lender.lent[1]


async def test_a_connection_without_a_living_peer_is_replaced_and_with_it_all_that_are_as_old(
    lender: Lender,
) -> None:
    pool = pool_of(lender, 3)
    for driver in [await pool.acquire() for _ in range(3)]:
        pool.release(driver)
    for connection in lender.lent:
        connection.trusted = connection.alive = False
    new = await pool.acquire()
    assert new is lender.lent[3]
    await pool.close()
    assert [connection.ended for connection in lender.lent] == [True, True, True, False]


async def test_a_connection_that_answers_the_check_is_used(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    pool.release(await pool.acquire())
    lender.lent[0].trusted = False
    assert await pool.acquire() is lender.lent[0]


async def test_an_urgent_read_is_served_first(lender: Lender) -> None:
    pool = pool_of(lender, 1)
    only = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    urgent = asyncio.create_task(pool.acquire(is_urgent=True))
    await asyncio.sleep(0)
    pool.release(only)
    assert await urgent is only
    assert not waiting.done()
    pool.release(only)
    assert await waiting is only


async def test_renewal_ends_idle_connections_at_once_and_others_when_they_are_released(
    lender: Lender,
) -> None:
    pool = pool_of(lender, 2)
    idle, used = await pool.acquire(), await pool.acquire()
    pool.release(idle)
    pool.renew()
    assert len(pool) == 0
    pool.release(used)
    assert await pool.acquire() is lender.lent[2]
    assert lender.lent[0].ended
    await pool.close()
    assert lender.lent[1].ended


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

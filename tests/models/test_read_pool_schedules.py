"""The pool of reads under any schedule of arrivals, releases, failures and cancellations."""

import asyncio
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from models.connection.client import Client
from models.connection.driver import Driver
from models.connection.failure import DatabaseUnavailable
from models.connection.read_pool import ReadPool
from tests.models.connection.test_read_pool import Connection, Lender

SIZE: Final = 3
MOST: Final = 2
CLIENTS: Final = (Client("shop", "anna"), Client("shop", "ben"), Client("other", "anna"), None)
STEPS: Final = (
    "acquire",
    "acquire",
    "urgent",
    "release",
    "lose",
    "silence",
    "forget",
    "cancel",
    "away",
    "back",
    "turn",
)


class Schedule:
    """A pool of SIZE and the reads that use it. Each step leaves the event loop one turn or none."""

    def __init__(self) -> None:
        self.lender = Lender()
        self.pool = ReadPool(self.lender.borrow, SIZE, 60, most=MOST)
        self.reads: dict[asyncio.Task[Driver], Client | None] = {}
        self.held: list[Driver] = []

    def _collect(self) -> None:
        """Reads that have got their connection hold it; those that have failed are gone."""
        for read in [read for read in self.reads if read.done()]:
            del self.reads[read]
            if read.cancelled():
                continue
            failure = read.exception()
            if failure is None:
                self.held.append(read.result())
            elif not isinstance(failure, DatabaseUnavailable):
                raise failure
        assert len(self.held) <= SIZE
        assert len(set(map(id, self.held))) == len(self.held), "one connection, one read"
        assert all(self.holds(client) <= MOST for client in CLIENTS if client is not None)

    def holds(self, client: Client | None) -> int:
        return sum(driver.client == client for driver in self.held)

    def may_have_another(self, client: Client | None) -> bool:
        return len(self.held) < SIZE and (client is None or self.holds(client) < MOST)

    def release(self, place: int, *, usable: bool, is_silent: bool = False) -> None:
        if self.held:
            driver = self.held.pop(place % len(self.held))
            assert isinstance(driver, Connection)
            driver.usable, driver.is_silent = usable, is_silent
            self.pool.release(driver)

    async def step(self, name: str, place: int) -> None:
        match name:
            case "acquire":
                client = CLIENTS[place % len(CLIENTS)]
                self.reads[asyncio.create_task(self.pool.acquire(client))] = client
            case "urgent":
                self.reads[asyncio.create_task(self.pool.acquire(is_urgent=True))] = None
            case "release" | "lose" | "silence":
                self.release(place, usable=name == "release", is_silent=name == "silence")
            case "forget":
                for connection in self.lender.lent:
                    connection.trusted = connection.alive = False
            case "cancel" if self.reads:
                list(self.reads)[place % len(self.reads)].cancel()
            case "away" | "back":
                self.lender.away = name == "away"
            case _:
                await asyncio.sleep(0)
        self._collect()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        self._collect()


async def run(steps: list[tuple[str, int]]) -> None:
    schedule = Schedule()
    for name, place in steps:
        await schedule.step(name, place)
    schedule.lender.away = False
    await schedule.settle()
    assert not any(map(schedule.may_have_another, schedule.reads.values())), "no read waits that may have one"
    for read in schedule.reads:
        read.cancel()
    await schedule.settle()
    while schedule.held:
        schedule.release(0, usable=True)
    assert schedule.pool.share.is_unused, "nothing is kept of clients"
    async with asyncio.timeout(5):
        assert len({id(await schedule.pool.acquire()) for _ in range(SIZE)}) == SIZE, "no slot is lost"
    more = asyncio.create_task(schedule.pool.acquire())
    await schedule.settle()
    assert not more.done(), "no slot is added"
    more.cancel()


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), max_size=40))
def test_no_slot_is_lost_or_added_and_no_read_waits_while_one_is_free(steps: list[tuple[str, int]]) -> None:
    asyncio.run(run(steps))

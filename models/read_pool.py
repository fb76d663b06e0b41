"""The connections that reads use: borrowed from SQLAlchemy's pool once, and then lent from read to read.

Borrowing and giving back through SQLAlchemy costs about as much as a whole point query on the driver.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from models.driver import Driver
from models.failure import DatabaseUnavailable, translated_failures
from models.prepared import Prepared, Row
from models.watch import Watch


class ReadPool:
    """At most `most` connections at a time. Who waits longer than `patience` seconds is refused.

    A pool of none keeps nothing: every read borrows.

    `waits` counts for metrics how often every connection was taken.
    """

    def __init__(self, borrow: Callable[[], Awaitable[Driver]], most: int, patience: float) -> None:
        self._borrow = borrow
        self._most = most
        self._patience = patience
        self._borrowed = 0
        self._idle: list[Driver] = []
        self._waiting: deque[asyncio.Future[Driver | None]] = deque()
        self.waits = 0

    def __len__(self) -> int:
        """How many connections lie idle here."""
        return len(self._idle)

    async def take(self) -> Driver:
        """A connection that works as far as we know. Raises DatabaseUnavailable."""
        if not self._most:
            return await self._borrow()
        while True:
            while self._idle:
                driver = self._idle.pop()
                if driver.is_idle():
                    return driver
                await self._discard(driver)
            if self._borrowed < self._most:
                return await self._one_more()
            driver_or_room = await self._handed_over()
            if driver_or_room is not None:
                return driver_or_room

    async def give_back(self, driver: Driver) -> None:
        """To whoever waits longest, unless it is lost or was left in a transaction."""
        if not self._most:
            await driver.give_back()
        elif not driver.is_idle():
            await self._discard(driver)
        elif not self._hand_over(driver):
            self._idle.append(driver)

    async def rows(self, prepared: Prepared, arguments: Sequence[Any], watch: Watch) -> Sequence[Row]:
        """What one statement finds, on a connection that it has for as long as it runs.

        Raises DatabaseUnavailable or StatementTimeout.
        """
        driver = await self.take()
        try:
            with translated_failures(), watch(prepared.sql, arguments):
                return prepared.rows(await driver.fetch(prepared.sql, arguments))
        finally:
            await self.give_back(driver)

    async def close(self) -> None:
        """Give back what lies idle."""
        while self._idle:
            await self._discard(self._idle.pop())

    async def _one_more(self) -> Driver:
        self._borrowed += 1
        try:
            return await self._borrow()
        except BaseException:
            self._borrowed -= 1
            self._hand_over(None)
            raise

    async def _discard(self, driver: Driver) -> None:
        self._borrowed -= 1
        try:
            await driver.give_back()
        finally:
            self._hand_over(None)

    def _hand_over(self, driver: Driver | None) -> bool:
        """Give a connection, or the room for one, to who waits. Whether anybody does."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(driver)
                return True
        return False

    async def _handed_over(self) -> Driver | None:
        self.waits += 1
        waiter: asyncio.Future[Driver | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._patience):
                return await waiter
        except BaseException as failure:
            if waiter.done() and not waiter.cancelled() and (driver := waiter.result()) is not None:
                await self.give_back(driver)  # it came in the very moment in which we left
            if isinstance(failure, TimeoutError):
                raise DatabaseUnavailable("every connection is taken") from failure
            raise

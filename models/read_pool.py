"""The connections that reads use: acquired from SQLAlchemy's pool once, and then passed from read to read.

Going through SQLAlchemy's pool each time costs about as much as a whole point query on the driver.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from math import inf
from time import monotonic
from typing import Any

from models.driver import Driver, retrieve_exception
from models.failure import DatabaseUnavailable, translated_failures
from models.prepared import Prepared, Row
from models.watch import Watch


class ReadPool:
    """At most `size` connections at a time. A read that waits longer than `patience` seconds is refused.

    A slot is an idle connection, or None: the right to open one. Each of the `size` slots is in one place:
    free, on its way to a waiting read, with a read, or with a connection that is being ended. No read waits
    while a slot is free. A pool of size 0 keeps nothing: every read opens.

    The connection that was released last is used first, so few are used when there is little to do, and those
    have answered a moment ago. `waits` counts for metrics how often no slot was free.
    """

    def __init__(self, open_: Callable[[], Awaitable[Driver]], size: int, patience: float) -> None:
        self._open = open_
        self._size = size
        self._patience = patience
        self._unopened = size
        self._idle: list[Driver] = []
        self._waiting: deque[asyncio.Future[Driver | None]] = deque()
        self._ending: set[asyncio.Task[None]] = set()
        self._renewed_at = 0.0
        self.waits = 0

    def __len__(self) -> int:
        """How many connections are idle here."""
        return len(self._idle)

    async def acquire(self, *, is_urgent: bool = False) -> Driver:
        """A connection that has just shown that it works.

        An urgent read is served before all that wait. Raises DatabaseUnavailable.
        """
        if self._idle and self._idle[-1].is_trusted():
            return self._idle.pop()
        reason = "every connection is taken"
        try:
            async with asyncio.timeout(self._patience):
                if not self._size:
                    return await self._open()
                slot = await self._slot(is_urgent=is_urgent)
                reason = "the database does not answer"
                return await self._on_slot(slot)
        except TimeoutError as failure:
            raise DatabaseUnavailable(reason) from failure

    def release(self, driver: Driver) -> None:
        """Pass the connection on, or end it where it is not fit for another read."""
        if not driver.is_idle() or driver.opened_at < self._renewed_at:
            self._end(driver)
        elif self._size:
            driver.answered_at = monotonic()
            self._pass_on(driver)
        else:
            self._attend(driver.give_back())

    async def rows(self, prepared: Prepared, arguments: Sequence[Any], watch: Watch) -> Sequence[Row]:
        """What one statement finds, on a connection that it has for as long as it runs.

        Raises DatabaseUnavailable or StatementTimeout.
        """
        driver = await self.acquire()
        try:
            with translated_failures(), watch(prepared.sql, arguments):
                return prepared.rows(await driver.fetch(prepared.sql, arguments))
        finally:
            self.release(driver)

    def discard(self, driver: Driver) -> None:
        """End a connection that has no slot here, in the background."""
        self._attend(driver.discard())

    def renew(self) -> None:
        """End every connection that is open now: idle ones at once, others when they are released."""
        self._renewed_at = monotonic()
        self._end_idle(self._renewed_at)

    async def close(self) -> None:
        """End every idle connection, and wait for those that are being ended; others end when released."""
        self._renewed_at = inf
        self._end_idle(inf)
        while self._ending:
            await asyncio.wait(self._ending)

    async def _slot(self, *, is_urgent: bool) -> Driver | None:
        if self._idle:
            return self._idle.pop()
        if self._unopened:
            self._unopened -= 1
            return None
        self.waits += 1
        waiter: asyncio.Future[Driver | None] = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if is_urgent else self._waiting.append)(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():  # the slot came in the moment of the cancellation
                self._pass_on(waiter.result())
            raise

    async def _on_slot(self, driver: Driver | None) -> Driver:
        """The slot's connection if its peer still answers, else a new one."""
        began = monotonic()
        try:
            if driver is not None:
                if driver.is_trusted() or await driver.is_alive():
                    return driver
                self._end_idle(began)  # whatever the network forgot with it
                self.discard(driver)
                driver = None
            return await self._open()
        except BaseException:
            if driver is None:
                self._pass_on(None)
            else:
                self._end(driver)
            raise

    def _end_idle(self, before: float) -> None:
        """End idle connections that have not answered since."""
        kept = [driver for driver in self._idle if driver.answered_at >= before]
        ended = [driver for driver in self._idle if driver.answered_at < before]
        self._idle = kept
        for driver in ended:
            self._end(driver)

    def _end(self, driver: Driver) -> None:
        """End a connection. Its slot is free when it has ended, or at once if its peer is silent."""
        if driver.is_silent:
            self.discard(driver)
            self._free_slot()
        else:
            self._attend(driver.discard(), then=self._free_slot)

    def _free_slot(self) -> None:
        if self._size:
            self._pass_on(None)

    def _pass_on(self, slot: Driver | None) -> None:
        """To the read that waits longest, or back to the free slots."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(slot)
                return
        if slot is None:
            self._unopened += 1
        else:
            self._idle.append(slot)

    def _attend(self, work: Coroutine[Any, Any, None], then: Callable[[], None] | None = None) -> None:
        """Have something done in the background, whether it succeeds or not."""

        def ended(task: asyncio.Task[None]) -> None:
            self._ending.discard(task)
            retrieve_exception(task)  # the connection is given up either way
            if then is not None:
                then()

        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(ended)

"""The connections of reads.

Acquired from SQLAlchemy's pool once, then passed from read to read.

Going through SQLAlchemy's pool each time costs about as much as a whole point query on the driver.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from math import inf
from time import monotonic
from typing import Any, Final

from models.connection.client import Client
from models.connection.driver import Driver, retrieve_exception
from models.connection.failure import DatabaseUnavailable, NoConnectionFree, translated_failures
from models.connection.fair_share import FairShare, Reason
from models.connection.watch import Watch
from models.sql.prepared import Prepared, Row

REASONS: Final[Mapping[Reason, str]] = {
    "taken": "every connection is taken",
    "share": "the reads of one caller hold as many connections as they may",
}


class ReadPool:
    """A pool of at most `size` connections for reads.

    A client has at most `most` of them. A client's read may receive `largest` bytes.

    A read that waits longer than `patience` seconds is refused.

    A slot is an idle connection, or None: the right to open one. Each of the `size` slots is in one place:
    free, on its way to a waiting read, with a read, or with a connection that is being ended. No read waits
    while a slot is free and its client may have it. A pool that does not `keep` connections gives each back
    when it is released.

    The connection that was released last is used first, so few are used when there is little to do, and those
    have answered a moment ago.
    """

    def __init__(
        self,
        open_: Callable[[], Awaitable[Driver]],
        size: int,
        patience: float,
        *,
        most: int,
        keeps: bool = True,
        largest: int | None = None,
    ) -> None:
        self._open = open_
        self._size = size
        self._patience = patience
        self._keeps = keeps
        self._largest = largest
        self._unopened = size
        self._idle: list[Driver] = []
        self._used: set[Driver] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._renewed_at = 0.0
        self.share: FairShare[Driver | None] = FairShare(self, most)

    def __len__(self) -> int:
        """The number of idle connections."""
        return len(self._idle)

    @property
    def opened(self) -> int:
        """The number of opened connections.

        They are with reads, idle, being opened or being ended.
        """
        return self._size - self._unopened

    async def acquire(self, client: Client | None = None, *, is_urgent: bool = False) -> Driver:
        """Acquire a connection with a working peer.

        An urgent read, which is no client's, is served before all that wait. Raises DatabaseUnavailable.
        """
        if self._idle and self.share.may_take(client) and self._idle[-1].is_trusted():
            self.share.hold(client)
            driver = self._idle.pop()
        else:
            driver = await self._acquire_slowly(client, is_urgent=is_urgent)
        driver.client = client
        driver.allow(None if client is None else self._largest)
        self._used.add(driver)
        return driver

    def release(self, driver: Driver) -> None:
        """Release the connection, or end it if it is unusable."""
        client, driver.client = driver.client, None
        self._used.discard(driver)
        driver.allow(None)
        if not driver.is_idle() or driver.opened_at < self._renewed_at:
            self._end(driver)
        elif self._keeps:
            driver.answered_at = monotonic()
            self.put(driver)
        else:
            self._attend(driver.give_back(), then=self._free_slot)
        self.share.let_go(client)

    async def rows(
        self, prepared: Prepared, arguments: Sequence[Any], watch: Watch, client: Client | None = None
    ) -> Sequence[Row]:
        """Return the rows of one statement on a separate connection.

        Raises DatabaseUnavailable or StatementTimeout.
        """
        driver = await self.acquire(client)
        try:
            with translated_failures(), watch(prepared.sql, arguments):
                return prepared.rows(await driver.fetch(prepared.sql, arguments))
        finally:
            self.release(driver)

    def discard(self, driver: Driver) -> None:
        """End a connection without a slot, in the background."""
        self._attend(driver.discard())

    def renew(self) -> None:
        """End all open connections: idle ones now, others at release."""
        self._renewed_at = monotonic()
        self._end_idle(self._renewed_at)

    def abort(self) -> None:
        """End all open connections at once.

        Statements that run on them fail as on a lost connection.
        """
        for driver in self._used:
            driver.abort()
        self.renew()

    async def close(self) -> None:
        """End all idle connections and wait for their end.

        Others end when they are released.
        """
        self._renewed_at = inf
        self._end_idle(inf)
        while self._ending:
            await asyncio.wait(self._ending)

    def has_item(self) -> bool:
        """Whether a slot is free."""
        return bool(self._idle) or self._unopened > 0

    def take(self) -> Driver | None:
        """Take a free slot."""
        if self._idle:
            return self._idle.pop()
        self._unopened -= 1
        return None

    def put(self, item: Driver | None) -> None:
        """Add a free slot."""
        if item is None:
            self._unopened += 1
        else:
            self._idle.append(item)

    async def _acquire_slowly(self, client: Client | None, *, is_urgent: bool) -> Driver:
        began = monotonic()
        try:
            driver = await self.share.acquire(client, self._patience, is_urgent=is_urgent)
        except TimeoutError as failure:
            reason = self.share.reason(client)
            self.share.refusals[reason] += 1
            raise NoConnectionFree(REASONS[reason]) from failure
        if driver is not None and driver.is_trusted():
            return driver
        try:
            async with asyncio.timeout(began + self._patience - monotonic()):
                return await self._on_slot(driver, client)
        except TimeoutError as failure:
            raise DatabaseUnavailable("the database does not answer") from failure

    async def _on_slot(self, driver: Driver | None, client: Client | None) -> Driver:
        """Return a working connection for the slot.

        It is the slot's connection if its peer answers, else another.
        """
        began = monotonic()
        try:
            if driver is not None:
                if await driver.is_alive():
                    return driver
                self._end_idle(began)  # whatever the network forgot with it
                self.discard(driver)
                driver = None
            return await self._open()
        except BaseException:
            if driver is None:
                self.put(None)
            else:
                self._end(driver)
            self.share.let_go(client)
            raise

    def _end_idle(self, before: float) -> None:
        """End idle connections without an answer since `before`."""
        drivers = [driver for driver in self._idle if driver.answered_at >= before]
        ended = [driver for driver in self._idle if driver.answered_at < before]
        self._idle = drivers
        for driver in ended:
            self._end(driver)

    def _end(self, driver: Driver) -> None:
        """End a connection and free its slot.

        The slot is free after the end, or at once if the peer is silent.
        """
        if driver.is_silent:
            self.discard(driver)
            self._free_slot()
        else:
            self._attend(driver.discard(), then=self._free_slot)

    def _free_slot(self) -> None:
        self.put(None)
        self.share.serve()

    def _attend(self, work: Coroutine[Any, Any, None], then: Callable[[], None] | None = None) -> None:
        """Run work in the background and ignore its failure.

        `then` runs whether the work succeeds or not.
        """

        def ended(task: asyncio.Task[None]) -> None:
            self._ending.discard(task)
            retrieve_exception(task)  # the connection is given up either way
            if then is not None:
                then()

        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(ended)

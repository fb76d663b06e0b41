"""The database of one process: it opens read snapshots and runs write transactions."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from models.driver import Driver, PostgresDriver, SqliteDriver
from models.engine import BEGIN_IMMEDIATE, EngineOptions, create_engine
from models.failure import DatabaseUnavailable, LostRace, translated_failures
from models.lookups import Lookups
from models.read_pool import ReadPool
from models.session import ReadSession, SingleRead, Snapshot, Transaction
from models.watch import Watch, unwatched

Result = TypeVar("Result")

WRITE_ATTEMPTS = 20


def writers(options: EngineOptions) -> int:
    """How many of the connections reads leave to others."""
    return max(1, options.pool_size // 5)


class Database:
    """Opened once by the process, and closed by whoever opened it.

    `watch` may be set by whoever wants to see each statement.
    """

    def __init__(self, url: str, options: EngineOptions | None = None) -> None:
        options = options or EngineOptions()
        self.engine: AsyncEngine = create_engine(url, options)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.watch: Watch = unwatched
        self._writing = self.engine.execution_options(**BEGIN_IMMEDIATE)
        self._writer_turn = asyncio.Lock()
        self._pool = cast("QueuePool", self.engine.pool)
        self.most_connections = options.pool_size
        self._reading = ReadPool(self._borrowed, options.pool_size - writers(options), options.pool_wait)
        self._lookups = Lookups(self._reading)
        self._waits = 0

    @property
    def connections_open(self) -> int:
        """How many connections there are, at work or idle."""
        return self._pool.checkedin() + self._pool.checkedout()

    @property
    def connections_in_use(self) -> int:
        """How many connections are at work."""
        return self._pool.checkedout() - len(self._reading)

    @property
    def waits(self) -> int:
        """How often every connection was taken."""
        return self._waits + self._reading.waits

    async def close(self) -> None:
        """Close every connection; running statements end first."""
        await self._reading.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self, *, single: bool = False, shared: bool = False) -> AsyncIterator[ReadSession]:
        """What `open_read` opens, for as long as the block lasts."""
        session = await self.open_read(single=single, shared=shared)
        try:
            yield session
        finally:
            await session.close()

    async def open_read(self, *, single: bool = False, shared: bool = False) -> ReadSession:
        """A consistent snapshot, to be closed by the caller; see `Snapshot` for `shared`.

        A `single` statement saves beginning and ending a transaction. Raises DatabaseUnavailable.
        """
        if single:
            return SingleRead(self._reading, self._lookups, self.engine.dialect, self.watch)
        driver = await self._reading.take()
        return Snapshot(self._reading, driver, self.engine.dialect, self.watch, shared=shared)

    async def _borrowed(self) -> Driver:
        """A connection of SQLAlchemy's pool."""
        self._count_wait()
        with translated_failures():
            lent = await self.engine.raw_connection()
        return SqliteDriver(lent) if self.is_sqlite else PostgresDriver(lent)

    async def write(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction and commit it.

        A transaction that lost a race is rolled back and started over, so `work` runs again
        from its first line and must have no effect outside its transaction.
        """
        for attempt in range(WRITE_ATTEMPTS):
            try:
                return await self._write_once(work)
            except LostRace as race:
                if attempt + 1 == WRITE_ATTEMPTS:
                    raise DatabaseUnavailable("too many writers at once") from race
                await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 5)))  # noqa: S311
        raise AssertionError("unreachable")

    async def _write_once(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        async with AsyncExitStack() as stack:
            stack.enter_context(translated_failures())
            if self.is_sqlite:  # one writer at a time: queue here rather than poll the file's lock
                await stack.enter_async_context(self._writer_turn)
            self._count_wait()
            connection = await stack.enter_async_context(self._writing.begin())
            return await work(Transaction(connection, self.watch))

    def _count_wait(self) -> None:
        self._waits += self._pool.checkedout() >= self.most_connections

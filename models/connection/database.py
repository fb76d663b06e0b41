"""The database of a process: read snapshots and write transactions."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Final, TypeVar, cast

from sqlalchemy import PoolProxiedConnection, event, select
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from models.connection.client import Client
from models.connection.driver import Driver, retrieve_exception
from models.connection.engine import BEGIN_IMMEDIATE, EngineOptions, create_engine
from models.connection.failure import DatabaseUnavailable, LostRace, translated_failures
from models.connection.fair_share import Reason
from models.connection.heads import Heads
from models.connection.kept_statement import KeptStatement
from models.connection.liveness import OPENED
from models.connection.lookups import Lookups
from models.connection.postgres_driver import PostgresDriver
from models.connection.read_pool import ReadPool
from models.connection.session import ReadSession, SingleRead, Snapshot, Transaction
from models.connection.sqlite_driver import SqliteDriver
from models.connection.urgent import UrgentReads
from models.connection.watch import Watch, unwatched
from models.connection.write_turns import WriteTurns
from models.connection.writing import write_once
from models.sql.keys import is_one_of
from models.sql.prepared import Query, Row, prepare
from models.tables.change import change_head

Result = TypeVar("Result")

WRITE_ATTEMPTS = 20
CLOSING_TIME: Final = 1.5
"""Seconds."""
RENEWAL_INTERVAL: Final = 5.0
"""Seconds until connections are renewed again: a standby refuses every write, whatever connection it has."""


_HEADS: Final = KeptStatement(
    lambda dialect: select(change_head.c.tenant, change_head.c.seq).where(
        is_one_of(change_head.c.tenant, dialect)
    )
)


def writers(options: EngineOptions) -> int:
    """Return the number of connections reserved from reads."""
    return max(1, options.pool_size // 5)


class Database:
    """The database of a process.

    The process opens it once, and its opener closes it.

    `watch` may be set to observe each statement. `unpooled` makes connections used once, whose statements may
    take any time, for migrations.
    """

    def __init__(self, url: str, options: EngineOptions | None = None) -> None:
        options = options or EngineOptions()
        self.engine: AsyncEngine = create_engine(url, options)
        self.unpooled: AsyncEngine = create_engine(url, options, pooled=False)
        self._dialect = self.engine.dialect
        self.is_sqlite = self._dialect.name == "sqlite"
        self.watch: Watch = unwatched
        self._writing = self.engine.execution_options(**BEGIN_IMMEDIATE)
        self._pool = cast("QueuePool", self.engine.pool)
        self.most_connections = options.pool_size
        self._writers = writers(options)
        self._patience = options.pool_wait
        self._largest = options.largest_read
        self._reading = ReadPool(
            self._opened,
            max(1, options.pool_size - writers(options)),
            options.pool_wait,
            most=options.reads_per_caller or max(1, options.pool_size // 2),
            keeps=options.pool_size > 1,
            largest=options.largest_read,
        )
        # On SQLite one at a time: queue here rather than poll the file's lock, and for any time.
        self._turns = WriteTurns(self._writers_at_once, None if self.is_sqlite else options.pool_wait)
        self._lookups = Lookups(self._reading)
        self._urgent = UrgentReads(self._reading, self._opened_unpooled)
        self.heads = Heads(self._newest_changes)
        self._renewed_at = 0.0
        if not self.is_sqlite:
            event.listen(self.engine.sync_engine, "checkout", self._refuse_older)

    @property
    def connections_open(self) -> int:
        """The number of connections, at work or idle."""
        return self._pool.checkedin() + self._pool.checkedout()

    @property
    def connections_in_use(self) -> int:
        """The number of connections at work."""
        return self._pool.checkedout() - len(self._reading)

    @property
    def waits(self) -> Counter[Reason]:
        """The number of waits for a connection, by reason.

        Reads and writes are counted together.
        """
        return self._reading.share.waits + self._turns.share.waits

    @property
    def refusals(self) -> Counter[Reason]:
        """The number of waits refused after their time limit."""
        return self._reading.share.refusals + self._turns.share.refusals

    def _writers_at_once(self) -> int:
        """The number of simultaneous writers.

        As many as reads leave connections; on SQLite, one.
        """
        return 1 if self.is_sqlite else max(self._writers, self.most_connections - self._reading.opened)

    async def close(self) -> None:
        """Close every connection within CLOSING_TIME.

        The time limit holds whatever the database does.
        """
        closing = asyncio.create_task(self._close())
        closing.add_done_callback(retrieve_exception)
        await asyncio.wait({closing}, timeout=CLOSING_TIME)

    async def _newest_changes(self, tenants: Collection[str]) -> Mapping[str, int]:
        async with self.read(single=True) as session:
            rows = await session.rows(_HEADS.on(session), {"keys": sorted(tenants)})
            return {row["tenant"]: row["seq"] for row in rows}

    async def _close(self) -> None:
        await self.heads.close()
        await self._reading.close()
        await self.engine.dispose()
        await self.unpooled.dispose()

    @asynccontextmanager
    async def read(
        self, client: Client | None = None, *, single: bool = False, shared: bool = False
    ) -> AsyncIterator[ReadSession]:
        """A read snapshot for the duration of a block."""
        session = await self.open_read(client, single=single, shared=shared)
        try:
            yield session
        finally:
            await session.close()

    async def open_read(
        self, client: Client | None = None, *, single: bool = False, shared: bool = False
    ) -> ReadSession:
        """Open a consistent snapshot, which the caller closes.

        See `Snapshot` for `shared`.

        The client is whose load it is, None the gateway itself; see `FairShare`.
        A `single` statement saves beginning and ending a transaction. Raises DatabaseUnavailable.
        """
        if single:
            return self.single_read(client)
        driver = await self._reading.acquire(client)
        return Snapshot(self._reading, driver, self._dialect, self.watch, shared=shared)

    def single_read(self, client: Client | None = None) -> SingleRead:
        """A session for a single statement, as `open_read` opens it."""
        return SingleRead(self._reading, self._lookups, self._dialect, self.watch, client)

    async def urgent_rows(self, statement: Query, seconds: float) -> Sequence[Row]:
        """Return the rows of an urgent statement.

        See `UrgentReads`. The statement has so many seconds, however busy the process is.
        """
        return await self._urgent.rows(prepare(statement, self._dialect), seconds)

    def abort_reads(self) -> None:
        """Lose the connections of all reads at once."""
        self._reading.abort()

    async def _opened(self) -> Driver:
        """Acquire a connection of SQLAlchemy's pool."""
        with translated_failures():
            return self._driver(await self.engine.raw_connection())

    async def _opened_unpooled(self) -> Driver:
        with translated_failures():
            return self._driver(await self.unpooled.raw_connection())

    def _driver(self, connection: PoolProxiedConnection) -> Driver:
        return SqliteDriver(connection) if self.is_sqlite else PostgresDriver(connection)

    async def write(
        self, work: Callable[[Transaction], Awaitable[Result]], client: Client | None = None
    ) -> Result:
        """Run `work` in one transaction and commit it.

        A transaction that lost a race is rolled back and started over, so `work` runs again
        from its first line and must have no effect outside its transaction.
        """
        for attempt in range(WRITE_ATTEMPTS):
            try:
                result = await self._write_once(work, client)
            except LostRace as race:
                if attempt + 1 == WRITE_ATTEMPTS:
                    raise DatabaseUnavailable("too many writers at once") from race
                await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 5)))  # noqa: S311
            else:
                if client is not None:
                    self.heads.wake(client.tenant)
                return result
        raise AssertionError("unreachable")

    async def _write_once(
        self, work: Callable[[Transaction], Awaitable[Result]], client: Client | None
    ) -> Result:
        async with AsyncExitStack() as stack:
            stack.enter_context(translated_failures())
            await stack.enter_async_context(self._turns.turn(client))
            async with asyncio.timeout(self._patience):
                connection = await self._writing.connect()
            driver = self._driver(await connection.get_raw_connection())
            try:
                largest = None if client is None else self._largest
                return await write_once(connection, driver, self.watch, work, largest)
            finally:
                if driver.is_demoted:
                    self._renew()

    def _renew(self) -> None:
        """Discard all open connections after a failover.

        Their server takes no writes any more. Renewals within RENEWAL_INTERVAL of the last one do nothing.
        """
        if monotonic() - self._renewed_at > RENEWAL_INTERVAL:
            self._renewed_at = monotonic()
            self._reading.renew()

    def _refuse_older(self, _connection: object, entry: ConnectionPoolEntry, _proxied: object) -> None:
        if entry.info[OPENED] < self._renewed_at:
            raise DisconnectionError

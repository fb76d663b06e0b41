"""The database of one process: it opens read snapshots and runs write transactions."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from models.engine import BEGIN_IMMEDIATE, READ_SNAPSHOT, EngineOptions, create_engine
from models.session import Snapshot, Transaction

Result = TypeVar("Result")

WRITE_ATTEMPTS = 20
LOST_RACE = frozenset({"40001", "40P01", "23505", "23503"})
"""SQLSTATEs that say another transaction was faster: serialization failure, deadlock, a key it
added or a parent it removed after we looked. Starting over sees what the winner did."""
STATEMENT_TIMEOUT = frozenset({"57014"})
UNREACHABLE = ("08", "57P", "53")
"""SQLSTATE prefixes of a server that is away, shutting down, or full."""
SQLITE_UNREACHABLE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or has no room, at the moment."""


class StatementTimeout(Exception):
    """The database gave up on a statement that ran longer than it may."""


class LostRace(Exception):
    """Another transaction changed what this one had looked at; starting over helps."""


class Database:
    """Opened once by the process, and closed by whoever opened it."""

    def __init__(self, url: str, options: EngineOptions | None = None) -> None:
        self.engine: AsyncEngine = create_engine(url, options or EngineOptions())
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine if self.is_sqlite else self.engine.execution_options(**READ_SNAPSHOT)
        self._writing = self.engine.execution_options(**BEGIN_IMMEDIATE)
        self._writer_turn = asyncio.Lock()

    async def close(self) -> None:
        """Close every connection; running statements end first."""
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Snapshot]:
        """A consistent snapshot for as long as the block lasts."""
        with translated_failures():
            async with self._reading.connect() as connection:
                snapshot = Snapshot(connection)
                try:
                    yield snapshot
                finally:
                    await snapshot.settled()

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
            connection = await stack.enter_async_context(self._writing.begin())
            return await work(Transaction(connection))


@contextmanager
def translated_failures() -> Iterator[None]:
    """Turn driver errors that are nobody's bug into this module's exceptions."""
    try:
        yield
    except DBAPIError as error:
        translated = _translate(error)
        if translated is None:
            raise
        raise translated from error
    except (PoolTimeout, ConnectionError, OSError) as error:
        raise DatabaseUnavailable("the database cannot be reached") from error


def _translate(error: DBAPIError) -> Exception | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    sqlite_name = getattr(error.orig, "sqlite_errorname", None) or ""
    if state in LOST_RACE:
        return LostRace(state)
    if state in STATEMENT_TIMEOUT:
        return StatementTimeout("a statement took too long")
    if sqlite_name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return DatabaseUnavailable("the disk of the database is full or failing")
    if error.connection_invalidated or state.startswith(UNREACHABLE):
        return DatabaseUnavailable("the database cannot be reached")
    if sqlite_name.startswith(SQLITE_UNREACHABLE):
        return DatabaseUnavailable("the database is busy")
    return None

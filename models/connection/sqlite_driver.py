"""A connection to SQLite at the level of its driver."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from sqlite3 import Error as SqliteError
from typing import Any

from sqlalchemy import CursorResult, PoolProxiedConnection

from models.connection.driver import Driver
from models.connection.liveness import ENDING_TIME
from models.connection.weight import WeighedRows
from models.sql.prepared import Run


class SqliteDriver(Driver):
    """A connection of aiosqlite.

    A statement runs in a thread, which does not notice the cancellation of its request.
    """

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        super().__init__(pooled)
        self._rows = WeighedRows()

    def allow(self, most: int | None) -> None:
        self._rows.allow(most)

    def check(self, result: CursorResult[Any] | None) -> None:
        if result is not None and result.returns_rows:
            cursor: Any = result.cursor  # SQLAlchemy's, which has fetched all rows and does not show them
            self._rows.weigh(cursor._rows)  # noqa: SLF001

    def abort(self) -> None:
        self._owes_answer = True
        if not self.is_closed():
            self._connection._conn.interrupt()  # noqa: SLF001  (its own method waits for the event loop)

    def is_trusted(self) -> bool:
        return not self.is_closed()

    async def is_alive(self) -> bool:
        return not self.is_closed()

    def is_closed(self) -> bool:
        return self._connection._connection is None  # noqa: SLF001  (it has no public way to ask)

    def is_in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    async def interrupt(self, statement: "asyncio.Task[Any]") -> None:
        await self._interrupt_until(statement)

    async def _end_connection(self) -> None:
        # The thread closes the file when its statement has ended. One that the disk holds up is left behind.
        stopped = self._connection.stop()
        await self._interrupt_until(stopped)

    async def _interrupt_until(self, done: "asyncio.Future[Any]") -> None:
        """Interrupt the statement repeatedly until it is done.

        An interruption before the statement has begun has no effect.
        """
        loop = asyncio.get_running_loop()
        latest = loop.time() + ENDING_TIME
        while not done.done() and loop.time() < latest:
            with suppress(ValueError, SqliteError):  # it has no connection any more
                await self._connection.interrupt()
            await asyncio.wait({done}, timeout=0.02)

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        # aiosqlite has no public way to do several things in one go in its thread.
        connection = self._connection
        rows: Sequence[Any] = await self.answer(
            connection._execute(self._rows.fetch, connection._conn, sql, arguments)  # noqa: SLF001
        )
        return rows

    async def fetch_each(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Sequence[Any]]:
        connection = self._connection
        rows: list[Sequence[Any]] = await self.answer(
            connection._execute(self._fetch_all, connection._conn, statements)  # noqa: SLF001
        )
        return rows

    def _fetch_all(self, connection: Any, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Run statements in the connection's thread."""
        return [self._rows.fetch(connection, sql, arguments) for sql, arguments in statements]

    async def run(self, statements: Sequence[Run]) -> Sequence[Any]:
        connection = self._connection
        records: Sequence[Any] = await self.answer(
            connection._execute(_run_all, connection._conn, statements)  # noqa: SLF001
        )
        return records

    async def _begun(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def _rolled_back(self) -> None:
        if self._connection.in_transaction:  # a failed BEGIN or a full disk has ended it already
            await self._connection.execute_fetchall("ROLLBACK")


def _run_all(connection: Any, statements: Sequence[Run]) -> Sequence[Any]:
    """Run statements in the thread of a connection of SQLite."""
    records: list[Any] = []
    for sql, arguments, _ in statements:
        if len(arguments) == 1:
            records += connection.execute(sql, arguments[0]).fetchall()
        else:  # which returns no records
            connection.executemany(sql, arguments).close()
    return records

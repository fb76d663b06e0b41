"""A connection at the level of its driver.

It runs statements, and knows whether the next request may use the connection.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine, Sequence
from contextlib import suppress
from sqlite3 import Error as SqliteError
from time import monotonic
from typing import Any, Final, TypeAlias, TypeVar

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import CursorResult, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from models.connection.client import Client
from models.connection.failure import ResultTooLarge, breaks_connection, is_demotion
from models.connection.liveness import ANSWERED, ENDING_TIME, METER, OPENED, TRUSTED, is_answering
from models.connection.weight import Meter, WeighedRows

Answer = TypeVar("Answer")
Run: TypeAlias = tuple[str, Sequence[Sequence[Any]]]
"""A statement that returns nothing, and its arguments for each time that it runs."""


def retrieve_exception(task: asyncio.Task[Any]) -> None:
    """Keep asyncio from logging a task's exception.

    For a task whose cancelled request no longer waits for it.
    """
    if not task.cancelled():
        task.exception()


class Driver(ABC):
    """A connection of SQLAlchemy's pool.

    Between requests it is in that pool or in the `ReadPool`.

    After a cancellation or a timeout the connection is not used again: it may still owe an answer.
    """

    client: Client | None = None
    """The client whose read uses the connection."""

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        self._pooled = pooled
        self._connection: Any = pooled.driver_connection
        self._owes_answer = False
        self.opened_at: float = pooled.info.get(OPENED, monotonic())
        self.answered_at: float = pooled.info.get(ANSWERED, monotonic())
        self.is_silent = False
        """Whether a statement was without an answer for longer than it may take."""
        self.is_demoted = False
        """Whether its server takes no writes any more."""

    async def answer(self, question: Awaitable[Answer]) -> Answer:
        """Return the answer to a question to the database.

        Until the answer is there, and after a failure of the connection, nothing else may be sent.
        """
        self._owes_answer = True
        try:
            answer = await question
        except Exception as failure:
            self._has_failed(failure)
            raise
        self._owes_answer = False
        return answer

    def _has_failed(self, failure: Exception) -> None:
        """Record the effect of a failed statement on the connection."""
        self._owes_answer = breaks_connection(failure)
        self.is_silent |= isinstance(failure, TimeoutError)
        self.is_demoted |= is_demotion(failure)

    async def finish(self, statement: Coroutine[Any, Any, Answer]) -> Answer:
        """Return the result of a statement run by SQLAlchemy.

        Where the request is cancelled, the statement ends before this returns, unless the database holds it
        up for longer than ENDING_TIME.
        """
        task = asyncio.create_task(statement)
        task.add_done_callback(retrieve_exception)
        try:
            return await self.answer(asyncio.shield(task))
        except asyncio.CancelledError:
            await self.interrupt(task)
            raise

    def is_usable(self) -> bool:
        """Whether the connection can run another statement.

        It may be in any transaction.
        """
        return not self._owes_answer and not self.is_closed()

    def is_idle(self) -> bool:
        """Whether the next request may have the connection."""
        return self.is_usable() and not self.is_in_transaction()

    async def give_back(self) -> None:
        """Return an idle connection to SQLAlchemy's pool."""
        await greenlet_spawn(self._pooled.close)

    def discard(self) -> Coroutine[Any, Any, None]:
        """End the current statement and the connection, in bounded time.

        SQLAlchemy's pool forgets the connection at once.
        """
        self._pooled.detach()
        return self._end_connection()

    @abstractmethod
    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Every record of the statement's answer."""

    async def fetch_each(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Sequence[Any]]:
        """Every record of the answers to statements, in order."""
        return [await self.fetch(sql, arguments) for sql, arguments in statements]

    @abstractmethod
    async def run(self, statements: Sequence[Run]) -> None:
        """Run statements in order, in the transaction that is open."""

    async def begin(self) -> None:
        """Begin a snapshot: all statements see one instant."""
        await self.answer(self._begun())

    async def end(self) -> None:
        """End the snapshot."""
        await self.answer(self._rolled_back())

    @abstractmethod
    def allow(self, most: int | None) -> None:
        """Limit the bytes received by the next statements.

        The count begins here. Beyond `most` the statements raise ResultTooLarge; None is no limit.
        """

    @abstractmethod
    def check(self, result: CursorResult[Any] | None) -> None:
        """Check the received bytes of a statement run by SQLAlchemy.

        Raises ResultTooLarge above the limit. The result is None where the statement failed.
        """

    @abstractmethod
    def is_trusted(self) -> bool:
        """Whether the connection surely works, without a check."""

    @abstractmethod
    async def is_alive(self) -> bool:
        """Check the peer for an answer in time.

        A connection without an answer is lost.
        """

    @abstractmethod
    def is_closed(self) -> bool:
        """Whether the driver knows of the connection's end."""

    @abstractmethod
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""

    @abstractmethod
    async def interrupt(self, statement: "asyncio.Task[Any]") -> None:
        """End the statement of a cancelled request.

        After ENDING_TIME it is left alone.
        """

    @abstractmethod
    async def _end_connection(self) -> None: ...

    @abstractmethod
    async def _begun(self) -> None: ...

    @abstractmethod
    async def _rolled_back(self) -> None: ...


class PostgresDriver(Driver):
    """A connection of asyncpg.

    Each statement has the engine's deadline, in case the peer is silent.
    """

    BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        super().__init__(pooled)
        self._meter: Meter = pooled.info[METER]

    def allow(self, most: int | None) -> None:
        self._meter.allow(most)

    def is_trusted(self) -> bool:
        return monotonic() - self.answered_at < TRUSTED and not self.is_closed()

    async def is_alive(self) -> bool:
        return await self.answer(is_answering(self._connection))

    def is_closed(self) -> bool:
        return bool(self._connection.is_closed())

    def is_in_transaction(self) -> bool:
        return bool(self._connection.is_in_transaction())

    async def interrupt(self, statement: "asyncio.Task[Any]") -> None:
        statement.cancel()  # asyncpg asks the server to
        await asyncio.wait({statement}, timeout=ENDING_TIME)

    async def _end_connection(self) -> None:
        await self._connection.close()

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        self._owes_answer = True  # as in `answer`, without its task: every read passes here
        try:
            records: Sequence[Any] = await self._connection.fetch(sql, *arguments)
        except Exception as failure:
            self._has_failed(failure)
            if isinstance(failure, PostgresError | InterfaceError):
                self._check_weight()
            raise
        self._owes_answer = False
        return records

    async def run(self, statements: Sequence[Run]) -> None:
        for sql, arguments in statements:
            for values in arguments:
                await self.answer(self._connection.execute(sql, *values))

    def check(self, result: CursorResult[Any] | None) -> None:
        if result is None:
            self._check_weight()

    def _check_weight(self) -> None:
        """Raise ResultTooLarge if it caused the loss."""
        try:
            self._meter.check()
        except ResultTooLarge as failure:
            self._has_failed(failure)
            raise

    async def _begun(self) -> None:
        await self._connection.execute(self.BEGIN)

    async def _rolled_back(self) -> None:
        await self._connection.execute("ROLLBACK", timeout=ENDING_TIME)


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

    async def run(self, statements: Sequence[Run]) -> None:
        connection = self._connection
        await self.answer(connection._execute(_run_all, connection._conn, statements))  # noqa: SLF001

    async def _begun(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def _rolled_back(self) -> None:
        if self._connection.in_transaction:  # a failed BEGIN or a full disk has ended it already
            await self._connection.execute_fetchall("ROLLBACK")


def _run_all(connection: Any, statements: Sequence[Run]) -> None:
    """Run statements in the thread of a connection of SQLite."""
    for sql, arguments in statements:
        connection.executemany(sql, arguments).close()

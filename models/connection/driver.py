"""A connection at the level of its driver.

It runs statements, and knows whether the next request may use the connection.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine, Sequence
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import CursorResult, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from models.connection.client import Client
from models.connection.failure import breaks_connection, is_demotion
from models.connection.liveness import ANSWERED, OPENED
from models.sql.prepared import Run

Answer = TypeVar("Answer")


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
    def abort(self) -> None:
        """Lose the connection at once, whatever runs on it."""

    @abstractmethod
    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Every record of the statement's answer."""

    async def fetch_each(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Sequence[Any]]:
        """Every record of the answers to statements, in order."""
        return [await self.fetch(sql, arguments) for sql, arguments in statements]

    @abstractmethod
    async def run(self, statements: Sequence[Run]) -> Sequence[Any]:
        """Run statements in order, in the transaction that is open.

        Return the records of those that run once.
        """

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

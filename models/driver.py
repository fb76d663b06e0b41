"""A read through the driver itself, on a connection that SQLAlchemy's pool lends."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn


class Driver(ABC):
    """What a snapshot needs of a connection."""

    def __init__(self, lent: PoolProxiedConnection) -> None:
        self._lent = lent
        self._connection: Any = lent.driver_connection

    async def give_back(self) -> None:
        """Return the connection to the pool, unless it is lost or was left in a transaction."""
        await greenlet_spawn(self._lent.close if self.is_idle() else self._lent.invalidate)

    @abstractmethod
    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Every record of the statement's answer."""

    @abstractmethod
    async def begin(self) -> None:
        """From now on, every statement sees the database as of one instant."""

    @abstractmethod
    async def end(self) -> None:
        """Let that instant go."""

    @abstractmethod
    def is_idle(self) -> bool:
        """Whether the next request can have the connection."""


class PostgresDriver(Driver):
    """asyncpg."""

    BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        records: Sequence[Any] = await self._connection.fetch(sql, *arguments)
        return records

    async def begin(self) -> None:
        await self._connection.execute(self.BEGIN)

    async def end(self) -> None:
        await self._connection.execute("ROLLBACK")

    def is_idle(self) -> bool:
        return not (self._connection.is_closed() or self._connection.is_in_transaction())


class SqliteDriver(Driver):
    """aiosqlite."""

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        try:
            return list(await self._connection.execute_fetchall(sql, arguments))
        except asyncio.CancelledError:
            await self._interrupt()
            raise

    async def _interrupt(self) -> None:
        """End the statement that nobody waits for any more: its thread would not notice.

        What is asked next is answered when it has ended. Until then again and again, as an
        interruption that comes before the statement has begun does nothing.
        """
        after = asyncio.create_task(self._connection.execute_fetchall("SELECT 1"))
        while not after.done():
            await self._connection.interrupt()
            await asyncio.wait({after}, timeout=0.02)
        if not after.cancelled():
            after.exception()  # it may be what was interrupted last

    async def begin(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def end(self) -> None:
        if self._connection.in_transaction:  # a failed BEGIN or a full disk has ended it already
            await self._connection.execute_fetchall("ROLLBACK")

    def is_idle(self) -> bool:
        return not self._connection.in_transaction

"""A read through the driver itself, on a connection that SQLAlchemy's pool lends."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import aiosqlite
import asyncpg


class Driver(Protocol):
    """What a snapshot needs of a connection."""

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Every record of the statement's answer."""

    async def begin(self) -> None:
        """From now on, every statement sees the database as of one instant."""

    async def end(self) -> None:
        """Let that instant go."""

    def is_idle(self) -> bool:
        """Whether the next request can have the connection: it is not lost, nor left in a transaction."""


class PostgresDriver:
    """asyncpg."""

    BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        records: Sequence[Any] = await self._connection.fetch(sql, *arguments)
        return records

    async def begin(self) -> None:
        await self._connection.execute(self.BEGIN)

    async def end(self) -> None:
        await self._connection.execute("ROLLBACK")

    def is_idle(self) -> bool:
        return not (self._connection.is_closed() or self._connection.is_in_transaction())


class SqliteDriver:
    """aiosqlite."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        return list(await self._connection.execute_fetchall(sql, arguments))

    async def begin(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def end(self) -> None:
        await self._connection.execute_fetchall("ROLLBACK")

    def is_idle(self) -> bool:
        return not self._connection.in_transaction

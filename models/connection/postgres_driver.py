"""A connection to PostgreSQL at the level of its driver."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import CursorResult, PoolProxiedConnection

from models.connection.driver import Driver
from models.connection.failure import ResultTooLarge
from models.connection.liveness import ENDING_TIME, METER, TRUSTED, is_answering
from models.connection.weight import Meter
from models.sql.prepared import Run


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

    def abort(self) -> None:
        self._owes_answer = True
        self._connection.terminate()

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

    async def run(self, statements: Sequence[Run]) -> Sequence[Any]:
        records: list[Any] = []
        for sql, arguments, target in statements:
            if target is not None:
                copying = self._connection.copy_records_to_table(
                    target.table, records=arguments, columns=target.columns
                )
                await self.answer(copying)
            elif len(arguments) == 1:
                records += await self.answer(self._connection.fetch(sql, *arguments[0]))
            else:
                await self.answer(self._connection.executemany(sql, arguments))
        return records

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

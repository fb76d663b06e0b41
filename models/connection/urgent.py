"""Urgent reads: health checks on a busy process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from models.connection.driver import Driver, retrieve_exception
from models.connection.failure import DatabaseUnavailable, translated_failures
from models.connection.read_pool import ReadPool
from models.sql.prepared import Prepared, Row


class UrgentReads:
    """The urgent reads of a database, served before other reads.

    They use the pool of all reads, before those that wait.

    Where the pool brings no answer in half the time, since each connection is at work or has just died, one
    is opened for the read. Reads that come while the same read is under way share its answer, so there is one
    such connection at most.
    """

    def __init__(self, reading: ReadPool, open_unpooled: Callable[[], Awaitable[Driver]]) -> None:
        self._reading = reading
        self._open_unpooled = open_unpooled
        self._running: dict[str, asyncio.Task[Sequence[Row]]] = {}

    async def rows(self, prepared: Prepared, seconds: float) -> Sequence[Row]:
        """Return the rows of a statement without parameters.

        It takes so many seconds at most. Raises DatabaseUnavailable or StatementTimeout.
        """
        task = self._running.get(prepared.sql)
        if task is None:
            task = asyncio.create_task(self._bounded_rows(prepared, seconds))
            self._running[prepared.sql] = task
            task.add_done_callback(lambda task: self._forget(prepared.sql, task))
            task.add_done_callback(retrieve_exception)
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            self._forget(prepared.sql, task)
            raise DatabaseUnavailable("the database does not answer")
        return task.result()

    def _forget(self, sql: str, task: asyncio.Task[Sequence[Row]]) -> None:
        """Stop sharing the task's answer with further reads."""
        if self._running.get(sql) is task:
            del self._running[sql]

    async def _bounded_rows(self, prepared: Prepared, seconds: float) -> Sequence[Row]:
        with translated_failures():
            async with asyncio.timeout(seconds):
                try:
                    async with asyncio.timeout(seconds / 2):
                        return await self._rows_pooled(prepared)
                except (DatabaseUnavailable, TimeoutError):
                    return await self._rows_unpooled(prepared)

    async def _rows_pooled(self, prepared: Prepared) -> Sequence[Row]:
        driver = await self._reading.acquire(is_urgent=True)
        try:
            return prepared.rows(await driver.fetch(prepared.sql, ()))
        finally:
            self._reading.release(driver)

    async def _rows_unpooled(self, prepared: Prepared) -> Sequence[Row]:
        driver = await self._open_unpooled()
        try:
            return prepared.rows(await driver.fetch(prepared.sql, ()))
        finally:
            self._reading.discard(driver)

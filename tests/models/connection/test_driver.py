"""A statement whose request is given up ends, and leaves nothing in the log."""

import asyncio
import gc
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import Integer, Select, literal_column, select

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.reference import legal_entity

ENDLESS = {
    "sqlite": "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n)",
    "postgresql": "(SELECT count(*) FROM pg_sleep(60))",
}
Complaint = dict[str, Any]


async def given_up(work: Awaitable[object]) -> list[Complaint]:
    """What asyncio would log where the work is cancelled after a moment."""
    complaints: list[Complaint] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: complaints.append(context))
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await work
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(None)
    return complaints


async def test_a_write_that_is_given_up(database: Database, tenant: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.write(legal_entity.insert(), [{"tenant": tenant, "id": "le", "name": None}])
        await transaction.write(_endless(transaction.dialect))

    assert await given_up(database.write(work)) == []
    async with database.read() as snapshot:
        assert not await snapshot.rows(select(legal_entity).where(legal_entity.c.tenant == tenant))


async def test_a_read_in_a_transaction_that_is_given_up(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.rows(_endless(transaction.dialect))

    assert await given_up(database.write(work)) == []


@pytest.mark.parametrize("shared", [True, False])
async def test_a_snapshot_that_is_given_up(database: Database, *, shared: bool) -> None:
    async def work() -> None:
        session = await database.open_read(shared=shared)
        try:
            await session.rows(_endless(session.dialect))
        except asyncio.CancelledError:
            await session.abandon()
            raise
        finally:
            await session.close()

    assert await given_up(work()) == []


def _endless(dialect: str) -> Select[Any]:
    return select(literal_column(ENDLESS[dialect], Integer).label("count"))

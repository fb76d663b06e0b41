"""A snapshot that has ended runs no statement: its connection is another request's by then."""

import asyncio

import pytest
from sqlalchemy import select

from models.connection.client import Client
from models.connection.database import Database
from models.sql.prepared import Query
from models.tables.reference import legal_entity


def rows_of(tenant: str) -> Query:
    return select(legal_entity.c.id).where(legal_entity.c.tenant == tenant)


@pytest.mark.parametrize("shared", [True, False])
async def test_a_task_that_reads_after_the_end_is_cancelled(
    database: Database, tenant: str, *, shared: bool
) -> None:
    snapshot = await database.open_read(Client(tenant, "any"), shared=shared)
    assert await snapshot.rows(rows_of(tenant)) == []
    await snapshot.close()
    with pytest.raises(asyncio.CancelledError):
        await snapshot.rows(rows_of(tenant))


async def test_statements_that_queue_at_the_end_do_not_run(database: Database, tenant: str) -> None:
    snapshot = await database.open_read(Client(tenant, "any"), shared=True)
    reading = [asyncio.create_task(snapshot.rows(rows_of(tenant))) for _ in range(3)]
    for _ in range(3):
        await asyncio.sleep(0)  # the first one runs after that
    assert snapshot.statements == 1
    await snapshot.close()
    found = await asyncio.gather(*reading, return_exceptions=True)
    assert [type(one) for one in found] == [list, asyncio.CancelledError, asyncio.CancelledError]
    async with database.read() as other:
        assert await other.rows(rows_of(tenant)) == []

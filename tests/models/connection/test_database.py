from sqlalchemy import select

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.reference import legal_entity


async def test_what_a_transaction_writes_a_later_snapshot_reads(database: Database, tenant: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.write(legal_entity.insert(), [{"tenant": tenant, "id": "le-1", "name": "Müller"}])

    await database.write(work)
    async with database.read() as snapshot:
        rows = await snapshot.rows(select(legal_entity).where(legal_entity.c.tenant == tenant))
    assert [tuple(row.values()) for row in rows] == [(tenant, "le-1", "Müller", {})]
    assert snapshot.statements == 1

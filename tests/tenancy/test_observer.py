"""No statement passes the observer: reads on the drivers, writes through SQLAlchemy, and the change log."""

from sqlalchemy import select

from models.tables.segment import segment as segment_table
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.tenancy.observer import Observer


async def test_every_way_of_running_a_statement_is_seen(shop: Shop, observer: Observer) -> None:
    before = observer.statements
    await shop.segments(segment("s"))
    is_sqlite = shop.database.engine.dialect.name == "sqlite"
    log = 2 if is_sqlite else 1
    assert observer.statements - before == 2 + log, "a lock, an insert, and the log"
    before = observer.statements
    async with shop.database.read() as snapshot:
        await snapshot.rows(select(segment_table.c.id).where(segment_table.c.tenant == shop.tenant))
    async with shop.database.read(single=True) as single:
        await single.rows(select(segment_table.c.id).where(segment_table.c.tenant == shop.tenant))
    assert observer.statements - before == 2


async def test_a_read_of_every_tenant_is_a_fault(shop: Shop, observer: Observer) -> None:
    async with shop.database.read() as snapshot:
        await snapshot.rows(select(segment_table.c.id).limit(1))
    [fault] = observer.faults
    assert "segment: not bound to a tenant" in fault
    observer.faults.clear()

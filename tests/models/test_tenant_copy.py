"""Copies of tenants, which are written to in place of the tenant."""

from sqlalchemy import func, select

from models.connection.database import Database
from models.tables.change import change_head
from models.tables.rule import customer_date
from models.tables.segment import segment
from models.tenant_copy import PAGE_ROWS, TenantCopy, opened_copy
from resolvers.transfer.kind import KINDS_BY_NAME
from tests.resolvers.transfer.data_files import DataFiles, data_file, in_vip, vip

GOLD = vip(id="gold", rule={"q": "mixins.shop.turnover:>=1"}, mixins={"ä": {"n": 1.5}})
ANNA = {"kind": "customer", "id": "anna", "legalEntityIds": ["acme"], "mixins": {"shop": {"turnover": 1}}}
SEGMENT = KINDS_BY_NAME["segment"].table


async def heads(database: Database, tenant: str) -> int:
    async with database.read() as snapshot:
        count: int = await snapshot.value(
            select(func.count()).select_from(change_head).where(change_head.c.tenant == tenant)
        )
        return count


async def dates(database: Database, tenant: str) -> int:
    async with database.read() as snapshot:
        count: int = await snapshot.value(
            select(func.count()).select_from(customer_date).where(customer_date.c.tenant == tenant)
        )
        return count


def changed_segments(copy: TenantCopy) -> list[list[tuple[str, ...]]]:
    return list(copy.changed_keys([(segment, SEGMENT.key)], 2))


async def test_a_copy_has_the_records_of_one_tenant(database: Database, tenant: str) -> None:
    other = f"{tenant[:-1]}y"
    files = DataFiles(database, tenant)
    await files.load(data_file(ANNA, vip(), GOLD, in_vip("anna")))
    await DataFiles(database, other).load(data_file(vip()))
    exported = await files.export()

    async with opened_copy(database, tenant) as copy:
        assert await DataFiles(copy.database, tenant).export() == exported
        assert await DataFiles(copy.database, other).export() == b""
        assert await heads(copy.database, tenant) == 0
        assert changed_segments(copy) == []

        await DataFiles(copy.database, tenant).load(
            data_file(vip(status="ACTIVE"), *(vip(id=id_) for id_ in "cba"), {**GOLD, "rule": None})
        )
        assert changed_segments(copy) == [[("a",), ("b",)], [("c",), ("vip",)]]
        assert await DataFiles(copy.earlier, tenant).export() == exported

    assert await files.export() == exported
    assert await heads(database, tenant) == 1


async def test_a_copy_has_more_rows_than_a_page(database: Database, tenant: str) -> None:
    """Among them dates, which the rule of a segment looks at."""
    rule = {"q": "mixins.shop.lastOrderAt:>now-P90D"}
    customers = [
        {"kind": "customer", "id": f"c{number:04}", "mixins": {"shop": {"lastOrderAt": "2026-01-30"}}}
        for number in range(2 * PAGE_ROWS + 1)
    ]
    files = DataFiles(database, tenant)
    await files.load(data_file(*customers, vip(rule=rule)))
    async with opened_copy(database, tenant) as copy:
        assert await DataFiles(copy.database, tenant).export() == await files.export()
        assert await dates(copy.database, tenant) == await dates(database, tenant) == len(customers)


async def test_a_deleted_row_is_a_changed_one(database: Database, tenant: str) -> None:
    await DataFiles(database, tenant).load(data_file(vip()))
    async with opened_copy(database, tenant) as copy:
        await DataFiles(copy.database, tenant).load(
            data_file({"kind": "segment", "id": "vip", "deleted": True})
        )
        assert changed_segments(copy) == [[("vip",)]]

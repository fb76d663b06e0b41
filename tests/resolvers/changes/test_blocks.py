"""The index of customers' changes is by blocks of numbers: none is missed where a block ends."""

import pytest
from sqlalchemy import text

from models.tables.change import BLOCK_BITS
from resolvers.changes.read import ChangeFilter, read_changes
from tests.factories.documents import segment
from tests.factories.shop import Shop

BLOCK = 1 << BLOCK_BITS
PLANS = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
INDEX = "ix_change_tenant_block_customer_id"
OF_A_CUSTOMER = """SELECT seq FROM change
WHERE tenant = 'any' AND customer_id = 'anna' AND seq > 5000000 AND seq <= 5020000
AND seq >> 10 BETWEEN 5000000 >> 10 AND 5020000 >> 10"""


@pytest.mark.parametrize("first", [1, 2, 100])
async def test_no_change_of_a_customer_is_missed_where_a_block_ends(shop: Shop, first: int) -> None:
    await shop.segments(segment("s"))
    async with shop.database.engine.begin() as connection:  # as if much had happened before
        moved = text("UPDATE change_head SET seq = :seq WHERE tenant = :tenant")
        await connection.execute(moved, {"seq": BLOCK - 4, "tenant": shop.tenant})
    for _ in range(4):
        await shop.customers(("s", "anna"), ("s", "ben"))
    found, cursor, has_more = [], None, True
    wanted = ChangeFilter(customer_id="anna")
    while has_more:
        batch = await shop.read(
            lambda reader: read_changes(reader, cursor, first=first, change_filter=wanted)  # noqa: B023
        )
        found += [record["seq"] for record in batch.records]
        cursor, has_more = batch.cursor, batch.has_more
    assert found == [BLOCK - 3, BLOCK - 1, BLOCK + 1, BLOCK + 3]


async def test_the_changes_of_a_customer_are_found_by_the_index(shop: Shop) -> None:
    async with shop.database.engine.connect() as connection:
        if not shop.database.is_sqlite:  # of few records it would rather read all; this is rolled back
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            await connection.execute(text("ALTER TABLE change DROP CONSTRAINT pk_change"))
        plan = await connection.execute(text(f"{PLANS[connection.dialect.name]} {OF_A_CUSTOMER}"))
        assert INDEX in str(plan.all())

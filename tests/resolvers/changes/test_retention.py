"""Old records of the change log go in ranges by number; what is left has no gaps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.server.retention import delete_old_changes
from models.connection.session import Transaction
from models.tables.change import change_head, change_record
from resolvers.access import Writer
from resolvers.changes import retention
from resolvers.segment.write import upsert_segment, write_segments
from resolvers.writing.run import run
from tests.factories.documents import segment
from tests.factories.shop import Shop

START = datetime(2026, 1, 1, tzinfo=UTC)


async def write_daily(shop: Shop, days: int) -> None:
    """One change each day."""
    for day in range(days):
        command = upsert_segment("s", segment("s"), shop.policy)

        async def work(transaction: Transaction) -> None:
            writer = Writer(shop.caller("M"), shop.policy, transaction, START + timedelta(days=day))  # noqa: B023
            await run(writer, lambda writer: write_segments(writer, [command]))  # noqa: B023

        await shop.database.write(work)


async def kept(shop: Shop) -> tuple[Sequence[int], int, int]:
    """The numbers of the records, and the head's floor and number."""
    async with shop.database.read() as snapshot:
        records = select(change_record.c.seq).where(change_record.c.tenant == shop.tenant)
        numbers = [row["seq"] for row in await snapshot.rows(records.order_by(change_record.c.seq))]
        head = await snapshot.row(select(change_head).where(change_head.c.tenant == shop.tenant))
    assert head is not None
    return numbers, head["floor"], head["seq"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 3, 100])
async def test_records_from_before_an_instant_are_deleted(
    shop: Shop, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "RANGE", size)
    await write_daily(shop, 7)
    other = replace(shop, tenant=f"o{shop.tenant}")
    await write_daily(other, 2)
    await delete_old_changes(shop.database, START + timedelta(days=3))
    assert await kept(shop) == ([4, 5, 6, 7], 3, 7)
    assert await kept(other) == ([], 2, 2)
    await delete_old_changes(shop.database, START + timedelta(days=3))
    assert await kept(shop) == ([4, 5, 6, 7], 3, 7)
    await write_daily(other, 1)
    assert await kept(other) == ([3], 2, 3)

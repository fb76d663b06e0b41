"""Deletes expired records of the change log.

It deletes in ranges by number.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from models.connection.database import Database
from models.connection.session import Session, Transaction
from models.tables.change import change_head, change_record

RANGE: Final = 5_000
"""Records that one transaction deletes at most."""


async def tenants_with_changes(session: Session) -> Sequence[str]:
    """Return all tenants with a change log."""
    rows = await session.rows(select(change_head.c.tenant).order_by(change_head.c.tenant))
    return [row["tenant"] for row in rows]


async def delete_changes(database: Database, tenant: str, before: datetime) -> int:
    """Delete a tenant's records from before an instant.

    Returns the number of deleted records. The oldest go first. Each range is a transaction of its own, so
    writers wait for one range at most.
    """
    deleted = 0

    async def delete_range(transaction: Transaction) -> int:
        return await _delete_range(transaction, tenant, before)

    while count := await database.write(delete_range):
        deleted += count
    return deleted


async def _delete_range(transaction: Transaction, tenant: str, before: datetime) -> int:
    head = await transaction.row(
        select(change_head).where(change_head.c.tenant == tenant).with_for_update(of=change_head)
    )
    if head is None:
        return 0
    floor: int = head["floor"]
    last = await transaction.value(_last_before(tenant, floor, before))
    if last is None:
        return 0
    of_tenant = change_record.c.tenant == tenant
    await transaction.write(change_record.delete().where(of_tenant, change_record.c.seq <= last))
    await transaction.write(change_head.update().where(change_head.c.tenant == tenant).values(floor=last))
    return int(last) - floor


def _last_before(tenant: str, floor: int, before: datetime) -> Select[Any]:
    """The newest number in a range before the instant.

    The range begins after `floor`.
    """
    record = change_record.c
    in_range = record.seq > floor, record.seq <= floor + RANGE
    return select(func.max(record.seq).label("last")).where(
        record.tenant == tenant, *in_range, record.recorded_at < before
    )

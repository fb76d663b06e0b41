"""Leases for delivering to webhooks.

A lease runs by the database's clock, and has a number for fencing. A holder saves progress only while its
lease was not taken over. An expired lease can be taken over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, delete, func, or_, select, update

from models.connection.kept_statement import KeptStatement
from models.connection.session import Session, Transaction
from models.sql.clock import database_clock
from models.sql.prepared import Row
from models.tables.change import change_head
from models.tables.webhook import dead_letter, webhook
from resolvers.webhook.vocabulary import MOST_DEAD_LETTERS, WebhookStatus

_TO_HEAD: Final = webhook.outerjoin(change_head, change_head.c.tenant == webhook.c.tenant)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to deliver to a webhook.

    It has the webhook's row at the time `now` of acquiring the lease.
    """

    row: Row
    fence: int
    now: datetime

    @property
    def tenant(self) -> str:
        tenant: str = self.row["tenant"]
        return tenant

    @property
    def webhook_id(self) -> str:
        webhook_id: str = self.row["id"]
        return webhook_id


async def tenants_with_webhooks(session: Session) -> Sequence[Row]:
    """Each tenant with an active webhook.

    A row has the tenant's newest number (`head`), and the lowest position of its webhooks (`seq`).
    """
    return await session.rows(_TENANTS.on(session))


async def due_webhooks(session: Session, first: int) -> Sequence[Row]:
    """The webhooks due for delivery now.

    The longest waiting webhooks come first. A row has `tenant` and `id`.
    """
    return await session.rows(_DUE.on(session), {"first": first})


async def take_lease(
    transaction: Transaction, tenant: str, webhook_id: str, owner: str, duration: timedelta
) -> Lease | None:
    """Acquire a lease for a duration.

    Returns None if there is nothing to deliver, or another process has the lease.
    """
    clock = database_clock(transaction.dialect).label("now")
    row = await transaction.row(
        select(webhook, clock)
        .select_from(_TO_HEAD)
        .where(webhook.c.tenant == tenant, webhook.c.id == webhook_id, _is_due(transaction.dialect))
        .with_for_update(of=webhook)
    )
    if row is None:
        return None
    lease = Lease(row, row["lease_fence"] + 1, row["now"])
    values = {"lease_owner": owner, "lease_fence": lease.fence, "lease_until": lease.now + duration}
    await transaction.write(update(webhook).where(*_is(tenant, webhook_id)).values(**values))
    return lease


async def save_progress(
    transaction: Transaction, lease: Lease, columns: Mapping[str, Any], refused: Sequence[Mapping[str, Any]]
) -> Row | None:
    """Write columns and dead letters; return the new row.

    Returns None if the lease was taken over, the webhook deleted, or its position moved by hand: then
    nothing is written.
    """
    at = webhook.c
    is_held = at.lease_fence == lease.fence, at.replays == lease.row["replays"]
    count = {"dead_letters": at.dead_letters + len(refused)} if refused else {}
    rows = await transaction.write_returning(
        update(webhook)
        .where(*_is(lease.tenant, lease.webhook_id), *is_held)
        .values(**columns, **count)
        .returning(at.status, at.version)
    )
    if not rows:
        return None
    if refused:
        await _add_dead_letters(transaction, lease, refused)
    return rows[0]


async def release_lease(transaction: Transaction, lease: Lease) -> None:
    """Release a lease without saving progress.

    It is for a webhook whose position was moved.
    """
    await transaction.write(
        update(webhook)
        .where(*_is(lease.tenant, lease.webhook_id), webhook.c.lease_fence == lease.fence)
        .values(lease_until=None, lease_owner=None)
    )


async def _add_dead_letters(
    transaction: Transaction, lease: Lease, refused: Sequence[Mapping[str, Any]]
) -> None:
    letter = dead_letter.c
    is_own = letter.tenant == lease.tenant, letter.webhook_id == lease.webhook_id
    for refusal in refused:  # after a replay it may be refused again
        key = letter.epoch == refusal["epoch"], letter.seq == refusal["seq"]
        await transaction.write(delete(dead_letter).where(*is_own, *key))
    common = {"tenant": lease.tenant, "webhook_id": lease.webhook_id}
    await transaction.write(dead_letter.insert(), [{**common, **refusal} for refusal in refused])
    oldest_kept = await transaction.value(
        select(letter.at).where(*is_own).order_by(letter.at.desc()).offset(MOST_DEAD_LETTERS - 1).limit(1)
    )
    if oldest_kept is not None:
        await transaction.write(delete(dead_letter).where(*is_own, letter.at < oldest_kept))


def _is_due(dialect: str) -> ColumnElement[bool]:
    at, clock = webhook.c, database_clock(dialect)
    has_news = and_(at.failures == 0, change_head.c.seq > at.seen)
    delivers = and_(at.status == WebhookStatus.ACTIVE, or_(at.next_attempt_at <= clock, has_news))
    tests = and_(at.test_requested_at.is_not(None), at.test_sent_at.is_(None))
    return and_(or_(at.lease_until.is_(None), at.lease_until <= clock), or_(delivers, tests))


def _is(tenant: str, webhook_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return webhook.c.tenant == tenant, webhook.c.id == webhook_id


def _select_tenants(_dialect: str) -> Select[Any]:
    to = webhook.c
    return (
        select(to.tenant, func.max(change_head.c.seq).label("head"), func.min(to.seq).label("seq"))
        .select_from(_TO_HEAD)
        .where(to.status == WebhookStatus.ACTIVE)
        .group_by(to.tenant)
        .order_by(to.tenant)
    )


def _select_due(dialect: str) -> Select[Any]:
    return (
        select(webhook.c.tenant, webhook.c.id)
        .select_from(_TO_HEAD)
        .where(_is_due(dialect))
        .order_by(webhook.c.served_at, webhook.c.tenant, webhook.c.id)
        .limit(bindparam("first", type_=Integer))
    )


_TENANTS: Final = KeptStatement(_select_tenants)
_DUE: Final = KeptStatement(_select_due)

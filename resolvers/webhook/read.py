"""Reads webhooks and their dead letters.

All functions need the scope segment_manage.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Integer, Select, bindparam, select

from models.sql.prepared import Row
from models.tables.change import change_head
from models.tables.columns import PlainText
from models.tables.webhook import dead_letter, webhook
from resolvers.access import TENANT, Reader
from resolvers.caller import Scope
from resolvers.errors import InvalidArgument, WebhooksOff
from resolvers.policy import Policy
from resolvers.values.text import require_short

LARGEST_FIRST: Final = 100
ID: Final = bindparam("id", type_=PlainText)
FIRST: Final = bindparam("first", type_=Integer)


def require_webhooks(policy: Policy) -> None:
    """Raise WebhooksOff if webhooks are not configured."""
    if not policy.webhook_keys:
        raise WebhooksOff()


async def webhooks(reader: Reader) -> Sequence[Row]:
    """All webhooks of the tenant, in order of creation.

    A row has the log's `head`.
    """
    _check(reader)
    return await reader.rows(
        reader.prepared("webhooks", lambda: select_webhooks().order_by(webhook.c.created_at, webhook.c.id))
    )


async def webhook_by_id(reader: Reader, webhook_id: str) -> Row | None:
    """The webhook with the log's `head`, or None."""
    _check(reader)
    require_short([webhook_id], ("id",))
    statement = reader.prepared("webhook", lambda: select_webhooks().where(webhook.c.id == ID))
    rows = await reader.rows(statement, id=webhook_id)
    return rows[0] if rows else None


async def dead_letters(reader: Reader, webhook_id: str, first: int) -> Sequence[Row]:
    """The dead letters of a webhook, newest first.

    Returns the `first` newest. Raises InvalidArgument.
    """
    _check(reader)
    if not 1 <= first <= LARGEST_FIRST:
        raise InvalidArgument(f"A number from 1 to {LARGEST_FIRST} is expected.", path=("first",))
    return await reader.rows(
        reader.prepared("dead letters", _select_dead_letters), id=webhook_id, first=first
    )


def select_webhooks() -> Select[Any]:
    """The query of a tenant's webhooks with its newest number.

    `head` is null if the tenant has no changes.
    """
    to_head = webhook.outerjoin(change_head, change_head.c.tenant == webhook.c.tenant)
    return (
        select(webhook, change_head.c.seq.label("head"))
        .select_from(to_head)
        .where(webhook.c.tenant == TENANT)
    )


def _select_dead_letters() -> Select[Any]:
    letter = dead_letter.c
    return (
        select(dead_letter)
        .where(letter.tenant == TENANT, letter.webhook_id == ID)
        .order_by(letter.at.desc(), letter.seq.desc())
        .limit(FIRST)
    )


def _check(reader: Reader) -> None:
    reader.caller.require(Scope.MANAGE)
    require_webhooks(reader.policy)

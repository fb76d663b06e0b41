"""Writes webhooks.

Each function does the work of one transaction and returns the row after it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from models.sql.prepared import Row
from models.tables.webhook import dead_letter, webhook
from resolvers.access import Reader, Writer
from resolvers.caller import Scope
from resolvers.changes.cursor import Position
from resolvers.changes.read import starting_point
from resolvers.errors import InvalidInput, LimitReached, NotFound
from resolvers.values.text import require_short
from resolvers.webhook.document import WebhookContent
from resolvers.webhook.read import require_webhooks, select_webhooks
from resolvers.webhook.secrets import Secrets, SecretsCipher, new_secret
from resolvers.webhook.target import parse_target
from resolvers.webhook.vocabulary import MOST_WEBHOOKS, ROTATION_HOURS, WebhookStatus

HEADERS_TO_OTHERS: Final = "The new URL has another origin: give `headers` as well, which would go there."


@dataclass(frozen=True, slots=True)
class Signed:
    """A webhook and its secret, shown only once."""

    row: Row
    secret: str


async def create_webhook(writer: Writer, content: WebhookContent, after: str | None) -> Signed:
    """Create a webhook after a cursor.

    Without a cursor it begins with the next change. Needs segment_read as well.

    Raises LimitReached, CursorExpired, CursorUnknown, InvalidArgument.
    """
    cipher = _cipher_for_reader(writer)
    await _lock_webhooks(writer)
    if await _count(writer) >= MOST_WEBHOOKS:
        raise LimitReached(f"A tenant may have {MOST_WEBHOOKS} webhooks.")
    position = (await starting_point(_reader(writer), after)).position
    webhook_id = f"wh_{secrets.token_hex(10)}"
    sealed = Secrets(new_secret(), headers=content.headers or {})
    row = {
        **dict.fromkeys(webhook.c.keys()),
        **content.columns,
        "tenant": writer.tenant,
        "id": webhook_id,
        "header_names": sorted(sealed.headers),
        "secrets": cipher.encrypted(writer.tenant, webhook_id, sealed),
        "status": WebhookStatus.ACTIVE,
        "version": 1,
        "created_at": writer.now,
        "modified_at": writer.now,
        "served_at": writer.now,
        **_at(position),
        **dict.fromkeys(("replays", "lease_fence", "dead_letters"), 0),
    }
    await writer.transaction.write(webhook.insert(), [row])
    return Signed(await _required(writer, webhook_id), sealed.current)


async def update_webhook(writer: Writer, webhook_id: str, content: WebhookContent) -> Row:
    """Update the webhook's members in the content.

    ACTIVE also ends the waiting time after failures. Needs segment_read as well.

    Raises NotFound, and InvalidInput where stored headers would be sent to another origin.
    """
    cipher = _cipher_for_reader(writer)
    row = await _required(writer, webhook_id, locks=True)
    columns = dict(content.columns)
    stored = cipher.decrypted(writer.tenant, webhook_id, row["secrets"])
    if content.headers is not None:
        secrets_now = Secrets(stored.current, stored.previous, content.headers)
        columns["secrets"] = cipher.encrypted(writer.tenant, webhook_id, secrets_now)
    elif stored.headers and _changes_origin(row, columns):
        raise InvalidInput(HEADERS_TO_OTHERS, path=("headers",))
    if columns.get("status") == WebhookStatus.ACTIVE:
        columns |= {**_NO_FAILURES, "seen": row["seq"]}
    return await _updated(writer, row, columns)


async def delete_webhook(writer: Writer, webhook_id: str) -> bool:
    """Delete a webhook and its dead letters.

    Returns whether there was one.
    """
    _check(writer, webhook_id)
    [count] = await writer.transaction.rows(
        select(func.count().label("rows")).where(*_is(writer, webhook_id))
    )
    await writer.transaction.write(delete(webhook).where(*_is(writer, webhook_id)))
    await writer.transaction.write(
        delete(dead_letter).where(
            dead_letter.c.tenant == writer.tenant, dead_letter.c.webhook_id == webhook_id
        )
    )
    return bool(count["rows"])


async def rotate_secret(writer: Writer, webhook_id: str) -> Signed:
    """Give the webhook a new secret.

    The previous secret also signs for ROTATION_HOURS. Raises NotFound.
    """
    _check(writer, webhook_id)
    cipher = SecretsCipher(writer.policy.webhook_keys)
    row = await _required(writer, webhook_id, locks=True)
    rotated = cipher.decrypted(writer.tenant, webhook_id, row["secrets"]).rotated()
    columns = {
        "secrets": cipher.encrypted(writer.tenant, webhook_id, rotated),
        "rotates_until": writer.now + timedelta(hours=ROTATION_HOURS),
    }
    return Signed(await _updated(writer, row, columns), rotated.current)


async def request_test(writer: Writer, webhook_id: str) -> Row:
    """Request a test event from a delivering process.

    It is sent whatever the status is. Raises NotFound.
    """
    _check(writer, webhook_id)
    row = await _required(writer, webhook_id, locks=True)
    columns = {
        "test_requested_at": writer.now,
        **dict.fromkeys(("test_sent_at", "test_status_code", "test_error")),
    }
    return await _updated(writer, row, columns)


async def replay_webhook(writer: Writer, webhook_id: str, after: str) -> Row:
    """Move the webhook's position to a cursor.

    The position may move back or forth. Needs segment_read as well.

    Raises NotFound, CursorExpired, CursorUnknown, InvalidArgument.
    """
    _cipher_for_reader(writer)
    row = await _required(writer, webhook_id, locks=True)
    position = (await starting_point(_reader(writer), after)).position
    return await _updated(writer, row, {**_at(position), "replays": row["replays"] + 1})


_NO_FAILURES: Final[dict[str, Any]] = {
    "failures": 0,
    "failing_since": None,
    "next_attempt_at": None,
    "retries": {},
}


def _at(position: Position) -> dict[str, Any]:
    place = {"epoch": position.epoch, "seq": position.seq, "seen": position.seq}
    return {**place, "acknowledged": [], **_NO_FAILURES}


def _changes_origin(row: Row, columns: dict[str, Any]) -> bool:
    old, new = (parse_target(url, allows_http=True) for url in (row["url"], columns.get("url", row["url"])))
    return old.origin != new.origin


def _cipher_for_reader(writer: Writer) -> SecretsCipher:
    """Require the scopes for data delivery; return the cipher.

    A caller that lets others receive changes must have permission to read all changes.
    """
    writer.caller.require(Scope.MANAGE)
    writer.caller.require(Scope.READ)
    return SecretsCipher(writer.policy.webhook_keys)


def _check(writer: Writer, webhook_id: str) -> None:
    writer.caller.require(Scope.MANAGE)
    require_webhooks(writer.policy)
    require_short([webhook_id], ("id",))


def _reader(writer: Writer) -> Reader:
    return Reader(writer.caller, writer.policy, writer.transaction, writer.now)


async def _lock_webhooks(writer: Writer) -> None:
    """Block other creations of webhooks in the tenant.

    The lock is held until this transaction ends.
    """
    if writer.transaction.dialect == "postgresql":  # on SQLite there is one writer at a time
        await writer.transaction.rows(
            select(func.pg_advisory_xact_lock(func.hashtext(f"webhooks of {writer.tenant}")))
        )


async def _count(writer: Writer) -> int:
    count: int = await writer.transaction.value(
        select(func.count().label("rows")).select_from(webhook).where(webhook.c.tenant == writer.tenant)
    )
    return count


async def _required(writer: Writer, webhook_id: str, *, locks: bool = False) -> Row:
    require_short([webhook_id], ("id",))
    statement = select_webhooks().where(webhook.c.id == webhook_id)
    row = await writer.transaction.row(
        statement.with_for_update(of=webhook) if locks else statement, {"tenant": writer.tenant}
    )
    if row is None:
        raise NotFound(webhook_id)
    return row


async def _updated(writer: Writer, row: Row, columns: dict[str, Any]) -> Row:
    """Update the row and its version; return it."""
    common = {"version": row["version"] + 1, "modified_at": writer.now}
    await writer.transaction.write(update(webhook).where(*_is(writer, row["id"])).values(**columns, **common))
    return await _required(writer, row["id"])


def _is(writer: Writer, webhook_id: str) -> tuple[Any, ...]:
    return webhook.c.tenant == writer.tenant, webhook.c.id == webhook_id

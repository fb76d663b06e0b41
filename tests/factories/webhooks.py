"""Webhooks that exist already."""

from typing import Any, Final

from models.tables.columns import this_instant
from models.tables.webhook import webhook
from resolvers.changes.cursor import NO_RECORD
from resolvers.webhook.secrets import Secrets, SecretsCipher
from tests.factories.shop import Shop

SECRET: Final = "whsec_dGhlIHNlY3JldCBvZiBhIHdlYmhvb2sgb2YgdGhlIHRlc3Rz"


async def add_webhook(
    shop: Shop, webhook_id: str = "hook", secrets: Secrets | None = None, **columns: Any
) -> str:
    """A webhook at the beginning of the log; its id."""
    now, secrets = this_instant(), secrets or Secrets(SECRET)
    row = {
        **dict.fromkeys(webhook.c.keys()),
        **dict.fromkeys(("seen", "replays", "lease_fence", "failures", "dead_letters"), 0),
        **dict.fromkeys(("created_at", "modified_at", "served_at"), now),
        "tenant": shop.tenant,
        "id": webhook_id,
        "name": webhook_id.capitalize(),
        "url": "https://shop.example/hooks",
        "format": "STANDARD",
        "status": "ACTIVE",
        "version": 1,
        "header_names": sorted(secrets.headers),
        "secrets": SecretsCipher(shop.policy.webhook_keys).encrypted(shop.tenant, webhook_id, secrets),
        "epoch": NO_RECORD.epoch,
        "seq": NO_RECORD.seq,
        "acknowledged": [],
        "retries": {},
        **columns,
    }
    await shop.write(lambda writer: writer.transaction.write(webhook.insert(), [row]))
    return webhook_id

"""Re-encrypts the secrets of webhooks with another key."""

from collections.abc import Sequence

from sqlalchemy import select

from models.connection.session import Transaction
from models.tables.webhook import webhook
from resolvers.webhook.secrets import SecretsCipher


async def reencrypt_secrets(transaction: Transaction, keys: Sequence[bytes]) -> int:
    """Encrypt all secrets with the first key.

    It converts secrets encrypted with another of the keys, and returns the number of their webhooks. The
    rows are locked until the transaction ends. Raises WebhooksOff if a secret was encrypted with none of
    the keys, or there are no keys.
    """
    cipher, count = SecretsCipher(keys), 0
    columns = webhook.c.tenant, webhook.c.id, webhook.c.secrets
    rows = await transaction.rows(select(*columns).order_by(*columns[:2]).with_for_update())
    for row in rows:
        tenant, webhook_id, stored = row["tenant"], row["id"], row["secrets"]
        if cipher.is_current(tenant, webhook_id, stored):
            continue
        secrets = cipher.encrypted(tenant, webhook_id, cipher.decrypted(tenant, webhook_id, stored))
        is_row = (webhook.c.tenant == tenant) & (webhook.c.id == webhook_id)
        await transaction.write(webhook.update().where(is_row).values(secrets=secrets))
        count += 1
    return count

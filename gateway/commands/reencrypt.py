"""The command `reencrypt`: encrypt webhook secrets with a new key."""

import asyncio
from functools import partial

from gateway.command_failure import CommandFailure
from gateway.commands.running import run
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from resolvers.errors import WebhooksOff
from resolvers.webhook.reencrypt import reencrypt_secrets


def reencrypt() -> int:
    """Encrypt the secrets of webhooks with the first key.

    Return the number of webhooks that had another key. Raises CommandFailure.
    """
    settings = load_settings()
    asyncio.run(prepare_database(settings, migrates=False))
    try:
        return run(_reencrypt(settings))
    except WebhooksOff as failure:
        raise CommandFailure(failure.message) from failure


async def _reencrypt(settings: Settings) -> int:
    database = open_database(settings)
    try:
        return await database.write(partial(reencrypt_secrets, keys=settings.policy.webhook_keys))
    finally:
        await database.close()

"""The command `deliver`: deliver to webhooks without a server."""

import asyncio
import signal
from typing import Final

import structlog

from gateway.commands.running import run
from gateway.observability.logs import configure_logs
from gateway.server.startup import open_database, prepare_database
from gateway.server.workers import end_later
from gateway.settings.settings import Settings, load_settings
from gateway.settings.source import InvalidSettings
from gateway.webhooks.deliverer import Deliverer
from gateway.webhooks.setup import delivering, has_webhooks

NO_WEBHOOKS: Final = (
    "there is nothing to deliver: set SEGMENTS_WEBHOOK_KEY, and SEGMENTS_CURSOR_SECRET or "
    "SEGMENTS_TOKEN_SECRET, as the gateway has them"
)

SECONDS_TO_END: Final = 10
"""Seconds after the running attempts until the kernel ends the process."""

_log = structlog.get_logger(__name__)


def deliver() -> None:
    """Deliver to webhooks until a signal arrives.

    Raises CommandFailure.
    """
    settings = load_settings()
    if not has_webhooks(settings):
        raise InvalidSettings(NO_WEBHOOKS)
    configure_logs(settings.log_format)
    asyncio.run(prepare_database(settings, migrates=False))
    run(_deliver(settings))


async def _deliver(settings: Settings) -> None:
    database = open_database(settings)
    try:
        deliverer = Deliverer(delivering(settings, database))
        ending = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ending.set)
        task = asyncio.create_task(deliverer.run())
        _log.info("delivering to webhooks")
        await asyncio.wait({task, asyncio.create_task(ending.wait())}, return_when=asyncio.FIRST_COMPLETED)
        end_later(int(settings.webhook_timeout) + SECONDS_TO_END)
        await deliverer.stop(settings.webhook_timeout)
        await task
    finally:
        await database.close()

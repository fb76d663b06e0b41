"""Deliveries to webhooks by the settings."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.observability.metrics.webhooks import WebhookMetrics
from gateway.settings.settings import Settings
from gateway.webhooks.deliverer import delivering_in_background
from gateway.webhooks.delivery import Delivering, Outcome, uncounted
from gateway.webhooks.post import Poster
from models.connection.database import Database


def has_webhooks(settings: Settings) -> bool:
    """Whether the settings have the keys for webhooks."""
    return bool(settings.policy.webhook_keys and settings.policy.cursor_secret)


def delivering(settings: Settings, database: Database, count: Outcome = uncounted) -> Delivering:
    """Make the shared values of this process's deliveries."""
    poster = Poster(seconds=settings.webhook_timeout, allows_private=settings.webhook_allow_private)
    owner = f"{socket.gethostname()}/{os.getpid()}"
    return Delivering(database, settings.policy, poster, owner, count=count)


@asynccontextmanager
async def delivering_to_webhooks(
    settings: Settings, database: Database, metrics: WebhookMetrics | None
) -> AsyncIterator[None]:
    """Deliver during the block, if the settings allow it."""
    if not (settings.deliver and has_webhooks(settings)):
        yield
        return
    count = metrics.count if metrics else uncounted
    async with delivering_in_background(delivering(settings, database, count)) as deliverer:
        if metrics:
            metrics.watch(deliverer)
        yield

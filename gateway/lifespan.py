"""What runs beside requests, from the start of a process to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from starlette.applications import Starlette

from gateway.observability.metrics.all import Metrics
from gateway.rules.keeper import keeping_rules
from gateway.server.replica import close_databases, open_replica, watching_replica
from gateway.server.retention import deleting_old_changes
from gateway.server.startup import ensure_schema, open_database
from gateway.settings.settings import Settings
from gateway.webhooks.setup import delivering_to_webhooks
from models.connection.database import Database
from models.connection.standby.replica import Replica
from resolvers.changes.feed import Feeds
from resolvers.streams import Streams

if TYPE_CHECKING:
    from gateway.observability.tracing.tracing import Tracing


class AppState(TypedDict):
    """The state of the process, set by the lifespan.

    `rest_compat.wire.request_state` reads it.
    """

    database: Database
    replica: Replica | None
    streams: Streams


@asynccontextmanager
async def lifespan(
    settings: Settings, tracing: "Tracing | None", metrics: Metrics | None, _app: Starlette
) -> AsyncIterator[AppState]:
    """Open the database and run all background work during the block.

    Raises SchemaOutdated.
    """
    database = open_database(settings)
    replica = open_replica(settings, database)
    if tracing is not None:
        tracing.watch(database)
    try:
        await ensure_schema(database)
        streams = Streams(
            Feeds(database, settings.policy),
            most=settings.max_streams,
            most_of_caller=settings.streams_per_caller,
        )
        async with (
            metrics.sampling(database, streams, replica) if metrics else nullcontext(),
            watching_replica(replica),
            deleting_old_changes(database, timedelta(days=settings.changes_retention)),
            keeping_rules(settings, database),
            delivering_to_webhooks(settings, database, metrics.webhooks if metrics else None),
        ):
            yield {"database": database, "replica": replica, "streams": streams}
    finally:
        await close_databases(database, replica)
        if tracing is not None:
            await tracing.close()

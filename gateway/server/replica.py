"""The standby of a worker: opened, watched and closed with its database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.background_task import background_task
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.standby.replica import Replica


def open_replica(settings: Settings, primary: Database) -> Replica | None:
    """Return the standby of the settings; None where they name none."""
    if settings.replica_url is None:
        return None
    return Replica(primary, settings.replica_url, settings.engine_options)


@asynccontextmanager
async def watching_replica(replica: Replica | None) -> AsyncIterator[None]:
    """Watch the standby during the block, which begins when its state is known.

    A gateway whose standby is away serves from the primary.
    """
    if replica is None:
        yield
        return
    await replica.check()
    async with background_task(replica.keep_watch()):
        yield


async def close_databases(primary: Database, replica: Replica | None) -> None:
    """Close both within the time that one may take."""
    await asyncio.gather(primary.close(), *([] if replica is None else [replica.close()]))

"""A worker's task: delete old records of the change log."""

import asyncio
import random
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Final

import structlog

from gateway.background_task import background_task
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from models.tables.columns import this_instant
from resolvers.changes.retention import delete_changes, tenants_with_changes

SECONDS_BETWEEN_RUNS: Final = 3_600.0
_log = structlog.get_logger(__name__)


def deleting_old_changes(database: Database, age: timedelta) -> AbstractAsyncContextManager[None]:
    """Delete old changes once an hour during the block.

    Each worker does so at a time of its own; to do it twice has no effect.
    """
    return background_task(_run(database, age))


async def _run(database: Database, age: timedelta) -> None:
    while True:
        await asyncio.sleep(random.uniform(0, 2 * SECONDS_BETWEEN_RUNS))  # noqa: S311
        try:
            await delete_old_changes(database, this_instant() - age)
        except DATABASE_FAILURES as failure:
            _log.warning("old changes were not deleted", reason=str(failure))


async def delete_old_changes(database: Database, before: datetime) -> None:
    """Delete all tenants' changes from before an instant."""
    async with database.read() as snapshot:
        tenants = await tenants_with_changes(snapshot)
    for tenant in tenants:
        if deleted := await delete_changes(database, tenant, before):
            _log.info("deleted old changes", tenant=tenant, count=deleted)

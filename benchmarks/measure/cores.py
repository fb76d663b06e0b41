"""Who runs where: the server that is measured has a core of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg

from benchmarks.measure.process import PROC
from benchmarks.places import POSTGRES, Postgres

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
"""PostgreSQL and the load generator share it."""
BETWEEN_LOOKS: Final = 0.5
"""Seconds until backends of new connections are seen."""


async def keep_postgres_off_the_servers_core(database: str = POSTGRES.database) -> Sequence[int]:
    """Pin the backends of a database to the load's core; the ids of those that run on this machine.

    A pool may open a connection at any time, so this belongs before each round.
    """
    connection = await asyncpg.connect(Postgres(POSTGRES.server, database).url)
    try:
        return await _pin(connection, database)
    finally:
        await connection.close()


@asynccontextmanager
async def postgres_kept_off_the_servers_core(
    *databases: str, server: str = POSTGRES.server
) -> AsyncIterator[None]:
    """Pin the backends of databases now, and those of connections that are opened meanwhile."""
    connection = await asyncpg.connect(server)
    try:
        for database in databases:
            await _pin(connection, database)
        watch = asyncio.create_task(_pin_until_cancelled(connection, databases))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
    finally:
        await connection.close()


@asynccontextmanager
async def this_process_kept_off_the_servers_core() -> AsyncIterator[None]:
    """For clients that run in this process."""
    before = os.sched_getaffinity(0)
    with suppress(OSError):  # a machine of one core
        os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _pin_until_cancelled(connection: asyncpg.Connection, databases: Sequence[str]) -> None:
    while True:
        await asyncio.sleep(BETWEEN_LOOKS)
        for database in databases:
            await _pin(connection, database)


async def _pin(connection: asyncpg.Connection, database: str) -> Sequence[int]:
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()", database
    )
    backends = [row["pid"] for row in rows if _is_postgres(row["pid"])]
    for backend in backends:
        with suppress(OSError):
            os.sched_setaffinity(backend, {LOAD_CORE})
    return backends


def _is_postgres(pid: int) -> bool:
    """Whether the id is that of a backend here, and not of another program where PostgreSQL is elsewhere."""
    try:
        return (PROC / str(pid) / "comm").read_text().strip() == "postgres"
    except OSError:
        return False

"""Who runs where: the server that is measured has a core of its own."""

import os
from contextlib import suppress
from typing import Final

import asyncpg

from benchmarks.places import POSTGRES, Postgres

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
"""PostgreSQL and the load generator share it."""


async def keep_postgres_off_the_servers_core(database: str = POSTGRES.database) -> None:
    """Pin the connections that are open now, where PostgreSQL is on this machine and we may."""
    connection = await asyncpg.connect(Postgres(POSTGRES.server, database).url)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            database,
        )
    finally:
        await connection.close()
    for row in rows:
        with suppress(OSError):
            os.sched_setaffinity(row["pid"], {LOAD_CORE})

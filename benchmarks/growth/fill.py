"""Fills a database of PostgreSQL or SQLite with shops of one shape."""

import asyncio
import sqlite3
from contextlib import closing

import asyncpg

from benchmarks.dataset.rows import rows_of
from benchmarks.dataset.store import copy_rows, insert_rows
from benchmarks.growth.shape import Shape
from benchmarks.places import DatabaseKind


async def fill(kind: DatabaseKind, url: str, shape: Shape) -> None:
    """Add the rows of all tenants and gather statistics; the change log stays empty."""
    if kind == "sqlite":
        await asyncio.to_thread(_fill_sqlite, url.partition(":///")[2], shape)
    else:
        await _fill_postgres(url.replace("+asyncpg", ""), shape)


async def _fill_postgres(url: str, shape: Shape) -> None:
    connection = await asyncpg.connect(url)
    try:
        # The rows are known to hold together; a superuser may leave that unchecked.
        await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for tenant in shape.names:
            for table, rows in rows_of(tenant, shape.size):
                await copy_rows(connection, table, rows)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _fill_sqlite(file: str, shape: Shape) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA cache_size=-200000")
        for tenant in shape.names:
            for table, rows in rows_of(tenant, shape.size):
                insert_rows(connection, table, rows)
        connection.execute("ANALYZE")
        connection.commit()

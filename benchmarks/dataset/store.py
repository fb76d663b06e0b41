"""Put the data set into a database, through the project's own migrations, and keep it there."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import asyncpg
from sqlalchemy import Table

from benchmarks.dataset.rows import Row, rows_of
from benchmarks.dataset.size import tenants
from benchmarks.places import POSTGRES, SQLITE_FILE, gateway_url
from models.connection.database import Database
from models.migrate import migrate
from models.tables.columns import instant_text

EDITION: Final = 1
"""Count up when the rows change: databases filled with another edition are made anew."""
COMPLETE: Final = f"The data set of the benchmarks, edition {EDITION}."


async def fill_postgres() -> bool:
    """The data set in a PostgreSQL database of its own; False where it was there already."""
    server = await asyncpg.connect(POSTGRES.server)
    try:
        if await _described(server) == COMPLETE:
            await _migrate(gateway_url("postgresql"))
            return False
        await server.execute(f'DROP DATABASE IF EXISTS "{POSTGRES.database}"')
        await server.execute(f"CREATE DATABASE \"{POSTGRES.database}\" ENCODING 'UTF8' TEMPLATE template0")
        await _migrate(gateway_url("postgresql"))
        await _copy_all()
        await server.execute(f"COMMENT ON DATABASE \"{POSTGRES.database}\" IS '{COMPLETE}'")
    finally:
        await server.close()
    return True


async def _described(server: Any) -> str | None:
    found: str | None = await server.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", POSTGRES.database
    )
    return found


async def _copy_all() -> None:
    connection = await asyncpg.connect(POSTGRES.url)
    try:
        for tenant, size in tenants():
            for table, rows in rows_of(tenant, size):
                await copy_rows(connection, table, rows)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def fill_sqlite() -> bool:
    """The same rows in an SQLite file; False where they were there already."""
    SQLITE_FILE.parent.mkdir(parents=True, exist_ok=True)
    if await asyncio.to_thread(_edition) == EDITION:
        await _migrate(gateway_url("sqlite"))
        return False
    for file in SQLITE_FILE.parent.glob(f"{SQLITE_FILE.name}*"):  # with its write-ahead log
        file.unlink()
    await _migrate(gateway_url("sqlite"))
    await asyncio.to_thread(_insert_all)
    return True


def _edition() -> int:
    connection = sqlite3.connect(SQLITE_FILE)
    try:
        [edition] = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    return int(edition)


def _insert_all() -> None:
    connection = sqlite3.connect(SQLITE_FILE)
    try:
        for tenant, size in tenants():
            for table, rows in rows_of(tenant, size):
                insert_rows(connection, table, rows)
        connection.execute("ANALYZE")
        connection.execute(f"PRAGMA user_version = {EDITION}")
        connection.commit()
    finally:
        connection.close()


async def copy_rows(connection: Any, table: Table, rows: Iterator[Row]) -> None:
    """COPY the rows into a table of PostgreSQL."""
    await connection.copy_records_to_table(table.name, records=rows, columns=_columns(table))


def insert_rows(connection: sqlite3.Connection, table: Table, rows: Iterator[Row]) -> None:
    """Insert the rows into a table of SQLite, with one prepared statement."""
    columns = _columns(table)
    values = ", ".join("?" * len(columns))
    insert = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608
    connection.executemany(insert, _as_texts(rows))


def _as_texts(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        yield tuple(instant_text(value) if isinstance(value, datetime) else value for value in row)


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()

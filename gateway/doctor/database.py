"""Checks of the database: access, writes, schema and clock."""

import asyncio
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url, text

from gateway.doctor.clock import clock_finding
from gateway.doctor.finding import Finding, fault, ok, warning
from gateway.server.startup import DATABASE_FAILURES, failure_line, open_database
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.failure import translated_failures
from models.schema_version import schema_is_current

DATABASE: Final = "database"
SCHEMA: Final = "schema"
PATIENCE: Final = 5.0
"""Seconds for the database to answer."""
MOST_APART: Final = 1.0
"""Seconds between the clocks; above it, times of records and due times of rules are visibly wrong."""
OTHERS_READ: Final = stat.S_IRWXG | stat.S_IRWXO
POSTGRES: Final = text(
    "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS is_standby, "
    "extract(epoch FROM clock_timestamp())::float8 AS now, "
    "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most"
)
SQLITE: Final = text("SELECT sqlite_version() AS version")


async def check_database(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings on the database of the settings.

    The database is not changed, and not made where there is none.
    """
    if (path := _file(settings)) is not None:
        if (mode := await asyncio.to_thread(_mode, path)) is None:
            yield ok(DATABASE, f"SQLite will be made at {path} when the gateway starts")
            return
        if mode & OTHERS_READ:
            yield warning(DATABASE, f"other users of this machine may open {path}", f"chmod 600 {path}")
    database = open_database(settings)
    try:
        async for finding in _findings(database, settings):
            yield finding
    except (*DATABASE_FAILURES, TimeoutError, OSError) as failure:
        reason = "no answer" if isinstance(failure, TimeoutError) else failure_line(failure)
        remedy = "check SEGMENTS_DATABASE_URL, and that the database runs and can be reached from here"
        yield fault(DATABASE, f"cannot be used: {reason}", remedy)
    finally:
        await database.close()


def _file(settings: Settings) -> Path | None:
    """The path of the SQLite file.

    None for PostgreSQL, and for a URI of SQLite's own.
    """
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and not (url.database or "").startswith("file:")
    return Path(url.database or "") if is_file else None


def _mode(path: Path) -> int | None:
    """The permissions of a file; None without a file."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


async def _findings(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    began = time.perf_counter()
    row = await _facts(database)
    milliseconds = (time.perf_counter() - began) * 1_000
    if database.is_sqlite:
        yield ok(DATABASE, f"SQLite {row.version} answers after {milliseconds:.0f} ms")
    else:
        for finding in _postgres_findings(row, milliseconds, settings):
            yield finding
    yield await _schema_finding(database)


async def _facts(database: Database) -> Any:
    statement = SQLITE if database.is_sqlite else POSTGRES
    with translated_failures():
        async with asyncio.timeout(PATIENCE), database.unpooled.connect() as connection:
            return (await connection.execute(statement)).one()


def _postgres_findings(row: Any, milliseconds: float, settings: Settings) -> list[Finding]:
    findings = [ok(DATABASE, f"PostgreSQL {row.version} answers after {milliseconds:.0f} ms")]
    if row.is_standby:
        remedy = "point SEGMENTS_DATABASE_URL to the primary"
        findings.append(fault(DATABASE, "it is a standby: every write fails", remedy))
    if settings.pool_size > row.most:
        remedy = "lower SEGMENTS_POOL_SIZE, raise max_connections, or use PgBouncer with SEGMENTS_PGBOUNCER"
        findings.append(
            fault(DATABASE, f"it has {row.most} connections, a process wants {settings.pool_size}", remedy)
        )
    return [*findings, clock_finding(time.time(), row.now, "the database", MOST_APART)]


async def _schema_finding(database: Database) -> Finding:
    if await schema_is_current(database, PATIENCE):
        return ok(SCHEMA, "the database has the schema of this version")
    if database.is_sqlite:
        return ok(SCHEMA, "outdated or empty; the gateway migrates it when it starts")
    return fault(SCHEMA, "the database has not the schema of this version", "run `segment-gateway migrate`")

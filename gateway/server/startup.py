"""Checks before the first request: database and schema.

The place of the database is made where it is missing.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Final

import structlog
from asyncpg import PostgresError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from gateway.command_failure import CommandFailure
from gateway.settings.settings import Settings
from gateway.settings.source import InvalidSettings
from gateway.settings.values import GOOD_SECRET, is_short
from models.connection.database import Database
from models.connection.failure import DatabaseUnavailable
from models.schema_version import SchemaOutdated, schema_is_current

log = structlog.get_logger(__name__)


DATABASE_FAILURES: Final = (DatabaseUnavailable, DBAPIError, SqliteError, PostgresError)


class DatabaseUnusable(CommandFailure):
    """The configured database cannot be used.

    The message gives the reason on one line.
    """


def open_database(settings: Settings, *, checkpoint_pages: int | None = None) -> Database:
    """Open the database of the settings.

    A SQLite file and its folder are made where they are missing. Only their owner may read what is made here;
    SQLite gives its other files the mode of the first.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not _is_uri(url.database or ""):
        path = Path(url.database or "")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidSettings(
                f"the folder of the database {path} cannot be made: {error.strerror}"
            ) from None
        with suppress(OSError):  # it exists, or SQLite says why it cannot be opened
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    options = settings.engine_options
    if checkpoint_pages is not None:
        options = replace(options, checkpoint_pages=checkpoint_pages)
    return Database(settings.database_url, options)


def failure_line(failure: Exception) -> str:
    """The database's reason on one line."""
    reason = failure if isinstance(failure, DBAPIError) else failure.__cause__ or failure
    if isinstance(reason, DBAPIError):
        reason = reason.orig or reason
    return str(reason).partition("\n")[0]


def warn_of_short_secrets(settings: Settings) -> None:
    """Log each OAuth client with a short secret."""
    for client in settings.oauth_clients:
        if is_short(client.client_secret):
            log.warning("client secret is short", client_id=client.client_id, remedy=f"use {GOOD_SECRET}")


async def ensure_schema(database: Database) -> None:
    """Migrate SQLite; refuse an outdated PostgreSQL schema.

    PostgreSQL is shared, so an operator has to ask for the migration. Raises SchemaOutdated.
    """
    if await schema_is_current(database):
        return
    if not database.is_sqlite:
        raise SchemaOutdated(
            "the database has not the schema of this version: "
            "run `segment-gateway migrate`, or start with `segment-gateway serve --migrate`"
        )
    await _migrate(database)


async def require_schema(settings: Settings) -> None:
    """Check the database without changing it. Raises DatabaseUnusable."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not _exists(url.database or ""):
        raise DatabaseUnusable(f"the database {url.database} does not exist")
    database = open_database(settings)
    try:
        if not await schema_is_current(database):
            raise DatabaseUnusable("the database schema is outdated: run `segment-gateway migrate`")
    except DATABASE_FAILURES as error:
        raise _unusable(error) from None
    finally:
        await database.close()


def _exists(database: str) -> bool:
    return _is_uri(database) or Path(database).exists()


def _is_uri(database: str) -> bool:
    """Whether it is a URI of SQLite's own."""
    return database.startswith("file:")


def _unusable(error: Exception) -> DatabaseUnusable:
    return DatabaseUnusable(f"SEGMENTS_DATABASE_URL: the database cannot be used: {failure_line(error)}")


async def _migrate(database: Database, applied: Callable[[int, int], None] | None = None) -> None:
    from models.migrate import migrate  # noqa: PLC0415  (Alembic takes a tenth of the time to start)

    await migrate(database, applied)


async def prepare_database(
    settings: Settings, *, migrates: bool, applied: Callable[[int, int], None] | None = None
) -> None:
    """Check the database once, or migrate it if asked.

    Call it before there are processes to serve it. `applied` is called after each migration that was asked
    for, see `models.migrate`. Raises DatabaseUnusable.
    """
    database = open_database(settings)
    try:
        await (_migrate(database, applied) if migrates else ensure_schema(database))
    except SchemaOutdated as error:
        raise DatabaseUnusable(str(error)) from None
    except DATABASE_FAILURES as error:
        raise _unusable(error) from None
    finally:
        await database.close()

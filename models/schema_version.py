"""Whether a database has the schema of this version. Answers without Alembic, which is slow to import."""

from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Final

from asyncpg import PostgresError
from sqlalchemy import String, column, select, table

from models.connection.database import Database
from models.connection.failure import is_missing_table

MIGRATIONS: Final = Path(__file__).parent / "migrations" / "versions"
NEWEST_MIGRATION: Final = max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
"""The revision of the last file."""
APPLIED: Final = select(column("version_num", String)).select_from(table("alembic_version"))
"""The migrations that the database has, in Alembic's own table."""


class SchemaOutdated(Exception):
    """The tables of the database are not those that this version needs."""


async def schema_is_current(database: Database, within: float = 30.0) -> bool:
    """Whether the database has exactly the migrations that this version knows.

    The answer takes `within` seconds at most. Raises DatabaseUnavailable or StatementTimeout.
    """
    try:
        rows = await database.urgent_rows(APPLIED, within)
    except (PostgresError, SqliteError) as error:
        if is_missing_table(error):
            return False
        raise
    return [row["version_num"] for row in rows] == [NEWEST_MIGRATION]

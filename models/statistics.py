"""Statistics of the database on the sizes of tables.

Its plans depend on them. PostgreSQL gathers statistics by itself, but only a minute or more after many rows
were written. SQLite never does.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Table, text

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.table import metadata

LONGEST_SECONDS: Final = 5
"""For all tables together: PostgreSQL reads a sample of each, whatever its size."""
SQLITE_ROWS: Final = 1_000
"""Rows of each index that SQLite looks at."""


async def gather_statistics(database: Database, filled: Iterable[Table]) -> None:
    """Update the statistics of filled tables.

    Tables that refer to them are included. PostgreSQL skips, with a warning, tables that the user does not
    own or that are being analyzed. Raises DatabaseUnavailable or StatementTimeout.
    """
    names = sorted(table.name for table in _with_dependents(set(filled)))
    if not names:
        return

    async def work(transaction: Transaction) -> None:
        if database.is_sqlite:
            statements = [f"PRAGMA analysis_limit={SQLITE_ROWS}", *(f"ANALYZE {name}" for name in names)]
        else:
            # For the transaction alone, because a pooler may hand the connection to others.
            limit = f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'"
            statements = [limit, f"ANALYZE (SKIP_LOCKED) {', '.join(names)}"]
        for statement in statements:
            await transaction.write(text(statement))

    await database.write(work)


def _with_dependents(tables: set[Table]) -> set[Table]:
    """Return the tables and those with a foreign key to them."""
    return tables | {
        table
        for table in metadata.tables.values()
        if any(key.column.table in tables for key in table.foreign_keys)
    }

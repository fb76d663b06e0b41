"""A copy of one tenant's records, in a temporary SQLite database."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Table

from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.session import Session, Transaction
from models.key_pages import key_pages
from models.migrate import migrate
from models.sql.row_statement import inserted
from models.tables.change import change_head, change_record
from models.tables.table import metadata
from models.tables.webhook import dead_letter, webhook

PAGE_ROWS: Final = 500
"""A row may have a quarter of a megabyte."""
LEFT_OUT: Final = frozenset({change_head, change_record, webhook, dead_letter})
"""Tables without records: logs, and what sends them."""
CHECKPOINT_PAGES: Final = 10_000


@dataclass(frozen=True, slots=True)
class TenantCopy:
    """A copy to write to, and the file of an unchanged one."""

    database: Database
    earlier: Database
    _path: Path
    _earlier_path: Path

    def changed_keys(
        self, parts: Sequence[tuple[Table, Sequence[str]]], size: int
    ) -> Iterator[list[tuple[str, ...]]]:
        """The keys of different records, page by page in key order.

        A record has rows in several tables; each table has the columns with the key.
        """
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("ATTACH ? AS earlier", (str(self._earlier_path),))
            order = ", ".join(str(number + 1) for number in range(len(parts[0][1])))
            statement = " UNION ".join(_changed(table, key) for table, key in parts)
            rows = connection.execute(f"{statement} ORDER BY {order}")
            while page := rows.fetchmany(size):
                yield page


@asynccontextmanager
async def opened_copy(source: Database, tenant: str) -> AsyncIterator[TenantCopy]:
    """Copy the tenant's records as of one instant."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="segments-plan-")))
        path, earlier_path = folder / "later.db", folder / "earlier.db"
        database, earlier = _database(path), _database(earlier_path)
        stack.push_async_callback(database.close)
        stack.push_async_callback(earlier.close)
        await migrate(database)
        async with source.read() as snapshot:
            await database.write(lambda transaction: _copy(snapshot, transaction, tenant))
        with closing(sqlite3.connect(path)) as later, closing(sqlite3.connect(earlier_path)) as target:
            later.backup(target)
        yield TenantCopy(database, earlier, path, earlier_path)


def _database(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", EngineOptions(checkpoint_pages=CHECKPOINT_PAGES))


async def _copy(source: Session, target: Transaction, tenant: str) -> None:
    for table in metadata.sorted_tables:
        if table not in LEFT_OUT:
            key = [column for column in table.primary_key if column.name != "tenant"] or [table.c.tenant]
            async for rows in key_pages(source, table, tenant, PAGE_ROWS, key=key, columns=[*table.c]):
                await target.write_rows(inserted, table, rows)


def _changed(table: Table, key: Sequence[str]) -> str:
    """SELECT the keys of new, deleted and changed rows."""
    same_row = " AND ".join(f'later."{column.name}" = early."{column.name}"' for column in table.primary_key)
    differs = " OR ".join(f'later."{column.name}" IS NOT early."{column.name}"' for column in table.c)

    def of(name: str) -> str:
        return ", ".join(f'{name}."{column}"' for column in key)

    return (
        f'SELECT {of("later")} FROM main."{table.name}" AS later '  # noqa: S608  (names of our tables)
        f'LEFT JOIN earlier."{table.name}" AS early ON {same_row} WHERE {differs} '
        f'UNION SELECT {of("early")} FROM earlier."{table.name}" AS early '
        f'LEFT JOIN main."{table.name}" AS later ON {same_row} WHERE later.tenant IS NULL'
    )

"""Writes changed rows to the shop's tables.

It is the only place that writes these tables.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Table

from models.sql.row_statement import deleted, inserted, updated
from models.tables.table import metadata
from resolvers.access import Writer
from resolvers.background import beside
from resolvers.writing.change import Change
from resolvers.writing.command import Record


async def save(writer: Writer, changes: Sequence[Change]) -> None:
    """Write the changes in up to three statements per table.

    They are for deleted, changed and new rows. A row is deleted before the rows that it refers to, and
    inserted after them.
    """
    await beside(_write(writer, changes), writer.remember(changes))
    await writer.write_full_log()


async def _write(writer: Writer, changes: Sequence[Change]) -> None:
    by_table: defaultdict[Table, _Writes] = defaultdict(_Writes)
    for change in changes:
        by_table[change.table].add(change)
    tables = [table for table in _tables() if table in by_table]
    for table in reversed(tables):
        await by_table[table].delete(writer, table)
    for table in tables:
        await by_table[table].put(writer, table)


@cache
def _tables() -> Sequence[Table]:
    """All tables, each after the tables it references."""
    return metadata.sorted_tables


@dataclass(frozen=True, slots=True)
class _Writes:
    """The rows of one table, by writing statement."""

    deleted: list[Record] = field(default_factory=list)
    updated: list[Record] = field(default_factory=list)
    inserted: list[Record] = field(default_factory=list)

    def add(self, change: Change) -> None:
        if change.after is not None:
            (self.updated if change.before else self.inserted).append(change.after)
        elif change.before is not None:
            self.deleted.append(change.before)

    async def delete(self, writer: Writer, table: Table) -> None:
        await writer.transaction.write_rows(deleted, table, self.deleted)

    async def put(self, writer: Writer, table: Table) -> None:
        await writer.transaction.write_rows(updated, table, self.updated)
        await writer.transaction.write_rows(inserted, table, self.inserted)

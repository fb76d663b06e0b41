"""Rows that belong to another row: the assignments of a customer, the links to a category.

Their number has no bound: they are counted by the database, and deleted in chunks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Table, any_, func, literal_column, select, tuple_

from models.tables.columns import JsonValue
from resolvers.access import Writer
from resolvers.writing.change import Cause, Change

CHUNK_ROWS: Final = 2_000
"""Without their JSON columns, so many take a few megabytes and milliseconds."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The rows of a table whose column `owner` holds the id of what they belong to."""

    table: Table
    owner: str
    conditions: Sequence[ColumnElement[bool]] = ()

    def of(self, tenant: str, ids: Collection[str]) -> list[ColumnElement[bool]]:
        """Of a row: whether it belongs to one of the ids."""
        owner = self.table.c[self.owner]
        return [self.table.c.tenant == tenant, owner.in_(sorted(ids)), *self.conditions]


async def delete_owned(writer: Writer, owned: Owned, ids: Collection[str]) -> Mapping[str, int]:
    """Delete all rows that belong to the ids; how many each id had, ids without rows left out.

    The rows are locked in key order first, as every writer does, so that two writers do not
    wait for each other.
    """
    if not ids:
        return {}
    counts = await _locked(writer, owned, ids)
    statement = _delete_chunk(writer, owned, ids)
    rows_left = bool(counts)
    while rows_left:
        rows = await writer.transaction.write_returning(statement)
        await writer.remember([Change(owned.table, dict(row), None, Cause.CASCADE) for row in rows])
        await writer.write_full_log()
        rows_left = len(rows) == CHUNK_ROWS
    return counts


async def _locked(writer: Writer, owned: Owned, ids: Collection[str]) -> Mapping[str, int]:
    table, is_owned = owned.table, owned.of(writer.tenant, ids)
    locked = select(table.c[owned.owner]).where(*is_owned).order_by(*table.primary_key).with_for_update()
    owner = locked.subquery().c[owned.owner]
    rows = await writer.transaction.rows(select(owner, func.count().label("rows")).group_by(owner))
    return {row[owned.owner]: row["rows"] for row in rows}


def _delete_chunk(writer: Writer, owned: Owned, ids: Collection[str]) -> Executable:
    """DELETE the first rows in key order, and return their columns, without JSON."""
    table, is_owned = owned.table, owned.of(writer.tenant, ids)
    if writer.transaction.dialect == "postgresql":  # the place of a row is found faster than its key
        place: ColumnElement[Any] = literal_column("ctid")
        first = select(place).select_from(table).where(*is_owned).order_by(*table.primary_key)
        in_chunk = place == any_(func.array(first.limit(CHUNK_ROWS).scalar_subquery()))
    else:
        first = select(*table.primary_key).where(*is_owned).order_by(*table.primary_key)
        in_chunk = tuple_(*table.primary_key).in_(first.limit(CHUNK_ROWS))
    columns = [column for column in table.c if column.type is not JsonValue]
    return table.delete().where(table.c.tenant == writer.tenant, in_chunk).returning(*columns)


async def owners(writer: Writer, owned: Owned, of: Table, ids: Collection[str]) -> set[str]:
    """Which rows of the table `of`, by id, own at least one row."""
    if not ids:
        return set()
    owner = owned.table.c[owned.owner]
    belongs = select(owner).where(owned.table.c.tenant == of.c.tenant, owner == of.c.id, *owned.conditions)
    rows = await writer.transaction.rows(
        select(of.c.id).where(of.c.tenant == writer.tenant, of.c.id.in_(sorted(ids)), belongs.exists())
    )
    return {row["id"] for row in rows}


async def owning(writer: Writer, owned: Owned, ids: Collection[str]) -> set[str]:
    """Which of the ids own at least one row, whether there is a record of that id or not."""
    if not ids:
        return set()
    rows = await writer.transaction.rows(
        select(owned.table.c[owned.owner]).where(*owned.of(writer.tenant, ids)).distinct()
    )
    return {row[owned.owner] for row in rows}

"""Rows that belong to another row: the assignments of a customer, the links to a category.

Their number has no bound. The database counts and deletes them; no id of theirs is read into memory.
A change feed finds every such deletion in `delete_owned`: there it can copy the rows in a statement
before the one that deletes them, under the locks that are held already.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, select

from resolvers.access import Writer


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
    owner, is_owned = owned.table.c[owned.owner], owned.of(writer.tenant, ids)
    locked = select(owner).where(*is_owned).order_by(*owned.table.primary_key).with_for_update().subquery()
    owners = locked.c[owned.owner]
    rows = await writer.transaction.rows(select(owners, func.count().label("rows")).group_by(owners))
    counts: dict[str, int] = {row[owned.owner]: row["rows"] for row in rows}
    if counts:
        await writer.transaction.write(owned.table.delete().where(*is_owned))
    return counts


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


async def kept_ids(writer: Writer, table: Table, ids: Collection[str]) -> set[str]:
    """Which rows of the table exist, by id; those stay until the transaction ends."""
    if not ids:
        return set()
    rows = await writer.transaction.rows(
        select(table.c.id)
        .where(table.c.tenant == writer.tenant, table.c.id.in_(sorted(ids)))
        .order_by(table.c.id)
        .with_for_update(read=True, key_share=True)
    )
    return {row["id"] for row in rows}

"""Reads visible rows of all nouns by their keys."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from models.connection.lookups import Key, Lookup
from models.sql.keys import with_keys
from models.sql.prepared import Row
from models.sql.selection import Wanted, selected
from resolvers.access import TENANT, Reader
from resolvers.visibility import sees_all


@dataclass(frozen=True, slots=True, eq=False)
class KeyedRows:
    """A table of rows with a key.

    The key is one text or several.
    """

    table: Table
    key: tuple[str, ...]
    in_own_view: Callable[[Reader], ColumnElement[bool]]
    """The condition on rows visible in the caller's own view."""


async def rows_by_key(
    reader: Reader,
    noun: KeyedRows,
    keys: Collection[Key],
    *,
    columns: Collection[Wanted] = (),
    known_visible: bool = False,
) -> dict[Key, Row]:
    """Return the existing rows visible to the caller.

    All columns are read, unless `columns` names some. `known_visible` keys come from rows that only link to
    visible rows. Raises Forbidden.
    """
    in_own_view = not known_visible and not sees_all(reader)
    if not keys:
        return {}
    column_set = frozenset(columns)
    name = ("rows by key", noun.table.name, column_set, in_own_view)
    lookup = reader.built(name, lambda: _lookup(reader, noun, column_set, in_own_view=in_own_view))
    return await reader.rows_by_key(lookup, keys)


def _lookup(reader: Reader, noun: KeyedRows, columns: frozenset[Wanted], *, in_own_view: bool) -> Lookup:
    dialect, table = reader.snapshot.dialect, noun.table
    expressions = selected(table, columns.union(noun.key) if columns else (), dialect)
    rows: Select[Any] = with_keys(select(*expressions), table, noun.key, dialect).where(
        table.c.tenant == TENANT
    )
    if in_own_view:
        rows = rows.where(noun.in_own_view(reader))
    return Lookup.of(reader.snapshot.prepare(rows), dialect, noun.key)

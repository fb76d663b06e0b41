"""Tables with rows written through commands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, Table, bindparam, select, true, tuple_

from models.connection.kept_statement import KeptStatement
from models.connection.session import Session
from models.sql.keys import KEYS, first_in_ranges, is_one_of, key_parameters, locked_with_keys, with_keys
from models.sql.prepared import Row
from models.tables.columns import PlainText
from resolvers.access import TENANT, Reader, Writer
from resolvers.errors import AlreadyExists, VersionConflict
from resolvers.values.text import same_json
from resolvers.writing.change import Change, Rows
from resolvers.writing.command import Create, Key, Record, Remove, Restore, Stamp, Upsert, VersionedCommand

LOCKED_AT_ONCE: Final = 1_000
"""Keys of a statement, which has a time limit: rows that are not in memory take reads from the disk."""
KEYS_OF_RANGE: Final = 4
"""Keys for which a look between the first and the last takes less time than to look up each."""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table with rows written through commands.

    `key` names its key columns after `tenant`, and `named_by` is the column by which people know a row.
    """

    table: Table
    key: tuple[str, ...]
    named_by: str = "id"

    def resource_id(self, key: Key) -> str:
        """The id in a failure about this row."""
        return key[self.key.index(self.named_by)]

    async def lock(self, writer: Writer, keys: Collection[Key]) -> Rows:
        """Read and lock the rows with these keys.

        The lock is held until the transaction ends.
        """
        dialect = writer.transaction.dialect
        in_order = sorted(set(keys))
        if len(in_order) > LOCKED_AT_ONCE and not await self._has_row_between(writer, in_order):
            return Rows(in_order, {})
        values: Sequence[Any] = [name for (name,) in in_order] if len(self.key) == 1 else in_order
        records: list[Record] = []
        for start in range(0, len(values), LOCKED_AT_ONCE):
            part = key_parameters(values[start : start + LOCKED_AT_ONCE], len(self.key), dialect)
            statement = _select_and_lock(self.table, self.key).on(writer.transaction)
            rows = await writer.transaction.rows(statement, {"tenant": writer.tenant, **part})
            records += map(dict, rows)
        await self.complete(writer.transaction, writer.tenant, records)
        return Rows(in_order, {self.key_of(record): record for record in records})

    async def _has_row_between(self, writer: Writer, keys: Sequence[Key]) -> bool:
        """Whether a row may have one of the keys, which are in key order.

        There is none where no row is between the first and the last of them: records that were made one after
        another are loaded in this order. Where the keys are many ranges, it is not asked.
        """
        place, dialect = self.key.index(self.named_by), writer.transaction.dialect
        parts = [list(part) for _, part in groupby(keys, itemgetter(slice(place)))]
        ranges = [(*part[0][: place + 1], part[-1][place]) for part in parts]
        if len(ranges) * KEYS_OF_RANGE > len(keys):
            return True
        statement = _select_between(self.table, self.key[:place], self.named_by).on(writer.transaction)
        values = {"tenant": writer.tenant, **key_parameters(ranges, place + 2, dialect)}
        return await writer.transaction.row(statement, values) is not None

    async def page(self, reader: Reader, after: Key | None, size: int) -> list[Record]:
        """The next rows of the tenant, in key order.

        They begin with the first row, or after a key.
        """
        name = ("page", self.table.name, after is None, size)
        statement = reader.prepared(name, lambda: self._page(size, is_first=after is None))
        rows = await reader.rows(statement, **dict(zip(self._after, after or (), strict=False)))
        return await self._completed(reader, rows)

    @property
    def _after(self) -> list[str]:
        """The parameters with the key before a page."""
        return [f"after_{name}" for name in self.key]

    def _page(self, size: int, *, is_first: bool) -> Select[Any]:
        columns = [self.table.c[name] for name in self.key]
        after = [bindparam(name, type_=PlainText) for name in self._after]
        following = true() if is_first else tuple_(*columns) > tuple_(*after)
        of_tenant = select(self.table).where(self.table.c.tenant == TENANT, following)
        return of_tenant.order_by(*columns).limit(size)

    async def records(self, reader: Reader, keys: Sequence[Key]) -> list[Record]:
        """The rows with these keys."""
        dialect = reader.snapshot.dialect
        values: Sequence[Any] = [name for (name,) in keys] if len(self.key) == 1 else keys
        rows = await reader.snapshot.rows(
            with_keys(select(self.table).where(self.table.c.tenant == TENANT), self.table, self.key, dialect),
            {"tenant": reader.tenant, **key_parameters(values, len(self.key), dialect)},
        )
        return await self._completed(reader, rows)

    async def complete(self, session: Session, tenant: str, records: Sequence[Record]) -> None:
        """Add what a record has besides the row of the table: here nothing."""

    async def _completed(self, reader: Reader, rows: Sequence[Row]) -> list[Record]:
        records = [dict(row) for row in rows]
        await self.complete(reader.snapshot, reader.tenant, records)
        return records

    def key_of(self, record: Record) -> Key:
        """The key of a row."""
        return tuple(record[name] for name in self.key)

    def changes(self, rows: Rows, writer: Writer) -> list[Change]:
        """The changes of the commands, in key order."""
        return [
            Change(self.table, self.columns(before), self.columns(after), writer.cause)
            for before, after in rows.differences()
        ]

    def columns(self, record: Record | None) -> Record | None:
        """The record's members that are columns of the table.

        A record may have more members.
        """
        if record is None:
            return None
        names = _names(self.table)
        if len(record) == len(names):
            return record
        return {name: record[name] for name in names}

    def record(self, tenant: str, key: Key, content: Record) -> Record:
        """Make a row of its tenant, key and content."""
        record: Record = {"tenant": tenant}
        record.update(zip(self.key, key, strict=True))
        record.update(content)
        return record

    def decide(self, command: VersionedCommand, stored: Record | None, writer: Writer) -> Record | None:
        """The versioned row after the command.

        It is None if it is deleted, and `stored` itself if nothing changes. Raises AlreadyExists or
        VersionConflict.
        """
        content = _decide(command, stored, writer.now, self.resource_id(command.key))
        if content is None or content is stored:
            return content
        return self.record(writer.tenant, command.key, content)


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)


@cache
def _select_between(table: Table, names: tuple[str, ...], column: str) -> KeptStatement:
    of_tenant = select(table.c[column]).where(table.c.tenant == TENANT)
    return KeptStatement(lambda dialect: first_in_ranges(of_tenant, table, names, column, dialect))


@cache
def _select_and_lock(table: Table, key: tuple[str, ...]) -> KeptStatement:
    of_tenant = select(table).where(table.c.tenant == TENANT)
    return KeptStatement(lambda dialect: locked_with_keys(of_tenant, table, key, dialect))


def _decide(
    command: VersionedCommand, stored: Record | None, now: datetime, resource_id: str
) -> Record | None:
    if isinstance(command, Remove):
        return None
    stamp = command.stamp if isinstance(command, Restore) else None
    if stored is not None:
        match command:
            case Create():
                raise AlreadyExists(resource_id=resource_id)
            case Upsert(expected_version=int(expected)) if expected != stored["version"]:
                raise VersionConflict(resource_id=resource_id)
            case Restore(content=content) if same(stored, content, stamp):
                return stored
    given = stamp.given if stamp else {}
    return {**command.content, **successor(stored, now), **given}


def successor(stored: Record | None, now: datetime) -> Record:
    """The version and times of the next state.

    Every write adds one to the version and updates `modified_at` (behaviour D67).
    """
    if stored is None:
        return {"version": 1, "created_at": now, "modified_at": now}
    return {"version": stored["version"] + 1, "created_at": stored["created_at"], "modified_at": now}


def same(stored: Record, content: Record, stamp: Stamp | None) -> bool:
    """Whether the stored row already has these values."""
    values = content | stamp.given if stamp else content
    return all(same_value(stored[name], value) for name, value in values.items())


def same_value(stored: Any, value: Any) -> bool:
    """Whether a stored column equals the value."""
    if isinstance(value, dict | list):
        return same_json(stored, value)
    return bool(stored == value)


async def lock_existing(writer: Writer, table: Table, ids: Collection[str]) -> set[str]:
    """Lock the rows with these ids; return existing ids.

    Existing rows cannot be deleted until the transaction ends.
    """
    if not ids:
        return set()
    statement = _select_and_keep(table).on(writer.transaction)
    rows = await writer.transaction.rows(statement, {"tenant": writer.tenant, KEYS: sorted(ids)})
    return {row["id"] for row in rows}


@cache
def _select_and_keep(table: Table) -> KeptStatement:
    of_tenant = select(table.c.id).where(table.c.tenant == TENANT).order_by(table.c.id)
    locked = of_tenant.with_for_update(read=True, key_share=True)
    return KeptStatement(lambda dialect: locked.where(is_one_of(table.c.id, dialect)))

"""Writing rows that many may want to write: lock, decide, save.

Every write of the house goes this way. The rows concerned are locked in key order and read
once; the commands are decided against them one after another in memory, each seeing what the
ones before it did; what changed is saved in a fixed number of statements, however many
commands there were. `Table.save` sees each row before and after.

A transaction that writes several tables locks their rows in one order: legal entities, customers,
categories, products, segments, customer assignments, item assignments.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Table, bindparam, select, tuple_

from models.keys import select_by_key
from resolvers.access import Reader, Writer
from resolvers.errors import AlreadyExists, GatewayError, VersionConflict
from resolvers.text import same_json

Key: TypeAlias = tuple[str, ...]
"""The values of a primary key after `tenant`."""
Record: TypeAlias = dict[str, Any]
"""A row that is being made: a map from column to value."""


Precondition: TypeAlias = Callable[[Record | None], None]
"""Raises unless a command may change the stored row; None means that there is no row."""


@dataclass(frozen=True, slots=True)
class Command:
    """A change of one row; the `precondition` is evaluated on the locked row."""

    key: Key
    precondition: Precondition | None = field(default=None, kw_only=True)

    def check(self, stored: Record | None) -> None:
        """Raise what the precondition raises, which ends the transaction."""
        if self.precondition is not None:
            self.precondition(stored)


@dataclass(frozen=True, slots=True)
class Create(Command):
    """Write a row that must not exist yet."""

    content: Record


@dataclass(frozen=True, slots=True)
class Upsert(Command):
    """Replace a row or create it; an `expected_version` must be the stored one (behaviour D30)."""

    content: Record
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The version and times that a data file gives; what it leaves out follows the rule of every write."""

    version: int | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def given(self) -> Record:
        """The columns that it decides."""
        columns = {"version": self.version, "created_at": self.created_at, "modified_at": self.modified_at}
        return {name: value for name, value in columns.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Restore(Command):
    """Make the row equal to an exported one; an equal row is left alone."""

    content: Record
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Remove(Command):
    """Delete a row; nothing happens where there is none (behaviour D34)."""

    @property
    def takes_along(self) -> bool:
        """Whether it deletes the assignments of the row as well."""
        return False


VersionedCommand: TypeAlias = Create | Upsert | Restore | Remove


class Effect(StrEnum):
    """What a command did."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command: an effect on a row, or the error that kept it from having one.

    `key` is None where the command could not be read; `record` is the row afterwards.
    """

    key: Key | None
    effect: Effect = Effect.UNCHANGED
    record: Record | None = None
    error: GatewayError | None = None

    def raised(self) -> "Outcome":
        """The same outcome, or its error raised."""
        if self.error is not None:
            raise self.error
        return self


class Rows:
    """The rows that one batch of commands is about: as they were, and as they will be."""

    def __init__(self, before: Mapping[Key, Record]) -> None:
        self.before = before
        self.after: dict[Key, Record | None] = dict(before)

    def get(self, key: Key) -> Record | None:
        """The row as the commands so far have left it."""
        return self.after.get(key)

    def put(self, key: Key, record: Record | None) -> Outcome:
        """Set or delete the row."""
        stored = self.after.get(key)
        if record is stored:
            return Outcome(key, Effect.UNCHANGED, record)
        self.after[key] = record
        if record is None:
            return Outcome(key, Effect.DELETED)
        return Outcome(key, Effect.CREATED if stored is None else Effect.UPDATED, record)

    def changes(self) -> Iterable[tuple[Record | None, Record | None]]:
        """(before, after) of each row that differs, in key order."""
        for key in sorted(self.after):
            before, after = self.before.get(key), self.after[key]
            if before is not after:
                yield before, after


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table whose rows are written through commands.

    `key` names its key columns after `tenant`, and `named_by` the one by which people know a row.
    """

    table: Table
    key: tuple[str, ...]
    named_by: str = "id"

    def resource_id(self, key: Key) -> str:
        """The id that a failure about this row names."""
        return key[self.key.index(self.named_by)]

    async def lock(self, writer: Writer, keys: Collection[Key]) -> Rows:
        """Read the rows with these keys and keep other writers off them until the transaction ends."""
        if not keys:
            return Rows({})
        wanted, dialect = sorted(set(keys)), writer.transaction.dialect
        rows = await writer.transaction.rows(
            select_by_key(self.table, self.key, writer.tenant, wanted, dialect)
            .order_by(*(self.table.c[name] for name in self.key))
            .with_for_update(of=self.table)
        )
        records = [dict(row) for row in rows]
        return Rows({self.key_of(record): record for record in records})

    async def page(self, reader: Reader, after: Key | None, size: int) -> list[Record]:
        """The next rows of the tenant in key order, from the first one or from the one after a key."""
        columns = [self.table.c[name] for name in self.key]
        following = [] if after is None else [tuple_(*columns) > tuple_(*after)]
        rows = await reader.snapshot.rows(
            select(self.table)
            .where(self.table.c.tenant == reader.tenant, *following)
            .order_by(*columns)
            .limit(size)
        )
        return [dict(row) for row in rows]

    def key_of(self, record: Record) -> Key:
        """The key of a row."""
        return tuple(record[name] for name in self.key)

    async def save(self, writer: Writer, rows: Rows) -> None:
        """Write what changed: one statement each for what goes, what changes and what comes."""
        deleted: list[Record] = []
        updated: list[Record] = []
        inserted: list[Record] = []
        for before, after in rows.changes():
            if after is None:
                deleted += [before] if before else []
            else:
                (updated if before else inserted).append(self._columns(after))
        same_key = [self.table.c[name] == bindparam(f"key_{name}") for name in ("tenant", *self.key)]
        write = writer.transaction.write
        await write(self.table.delete().where(*same_key), [self._key_parameters(row) for row in deleted])
        await write(self.table.update().where(*same_key), [self._update_parameters(row) for row in updated])
        await write(self.table.insert(), inserted)

    def _update_parameters(self, row: Record) -> Record:
        content = {name: value for name, value in row.items() if name not in ("tenant", *self.key)}
        return content | self._key_parameters(row)

    def _key_parameters(self, row: Record) -> Record:
        return {f"key_{name}": row[name] for name in ("tenant", *self.key)}

    def _columns(self, row: Record) -> Record:
        return {column.name: row[column.name] for column in self.table.c}

    def record(self, tenant: str, key: Key, content: Record) -> Record:
        """A whole row."""
        return {"tenant": tenant, **dict(zip(self.key, key, strict=True)), **content}

    def decide(self, command: VersionedCommand, stored: Record | None, writer: Writer) -> Record | None:
        """A versioned row after the command; None where it is gone, `stored` itself where nothing changes.

        Raises AlreadyExists or VersionConflict.
        """
        content = _decide(command, stored, writer.now, self.resource_id(command.key))
        if content is None or content is stored:
            return content
        return self.record(writer.tenant, command.key, content)


def _decide(
    command: VersionedCommand, stored: Record | None, now: datetime, resource_id: str
) -> Record | None:
    match command:
        case Remove():
            return None
        case Create() if stored is not None:
            raise AlreadyExists(resource_id=resource_id)
        case Upsert(expected_version=int(expected)) if stored and expected != stored["version"]:
            raise VersionConflict(resource_id=resource_id)
        case Restore(content=content, stamp=stamp) if stored is not None and same(stored, content, stamp):
            return stored
        case Restore(content=content, stamp=Stamp() as stamp):
            return {**content, **successor(stored, now), **stamp.given}
        case _:
            return {**command.content, **successor(stored, now)}


def successor(stored: Record | None, now: datetime) -> Record:
    """Version and times of the next state: every write adds one and moves `modified_at` (behaviour D67)."""
    if stored is None:
        return {"version": 1, "created_at": now, "modified_at": now}
    return {"version": stored["version"] + 1, "created_at": stored["created_at"], "modified_at": now}


def same(stored: Record, content: Record, stamp: Stamp | None) -> bool:
    """Whether the stored row already says all of this."""
    said = content | stamp.given if stamp else content
    return all(same_value(stored[name], value) for name, value in said.items())


def same_value(stored: Any, given: Any) -> bool:
    """Whether a column's value is the given one."""
    if isinstance(given, dict | list):
        return same_json(stored, given)
    return bool(stored == given)

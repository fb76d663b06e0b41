"""The differences between two states of a tenant."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

from models.connection.database import Database
from models.connection.session import Session
from models.tables.rule import segment_rule
from models.tenant_copy import TenantCopy
from resolvers.access import Reader
from resolvers.reference.table import ReferenceTable
from resolvers.transfer.kind import KINDS, Kind
from resolvers.values.text import same_json
from resolvers.writing.command import Effect, Key

PAGE_KEYS: Final = 500
DEPTH: Final = 3
"""Names of a member's path: `mixins.shop.turnover`."""
METADATA: Final = "metadata"


@dataclass(frozen=True, slots=True)
class Difference:
    """A created, updated or deleted record."""

    kind: Kind
    key: Key
    effect: Effect
    members: tuple[str, ...] = ()


async def differences(copy: TenantCopy, reader_of: Callable[[Session], Reader]) -> AsyncIterator[Difference]:
    """Compare the copies by kind and in key order."""
    for kind in KINDS:
        for keys in copy.changed_keys(_parts(kind), PAGE_KEYS):
            before = await _documents(copy.earlier, kind, keys, reader_of)
            after = await _documents(copy.database, kind, keys, reader_of)
            for key in keys:
                if difference := _difference(kind, key, before.get(key), after.get(key)):
                    yield difference


def _parts(kind: Kind) -> Sequence[tuple[Table, Sequence[str]]]:
    """The tables of a kind, with their key columns."""
    main = (kind.table.table, kind.table.key)
    if isinstance(kind.table, ReferenceTable) and kind.table.link is not None:
        return [main, (kind.table.link.table, (kind.table.link.owner,))]
    return [main, (segment_rule, ("segment_id",))] if kind.name == "segment" else [main]


async def _documents(
    database: Database, kind: Kind, keys: Sequence[Key], reader_of: Callable[[Session], Reader]
) -> Mapping[Key, dict[str, Any]]:
    async with database.read() as snapshot:
        records = await kind.records(reader_of(snapshot), keys)
    return {kind.table.key_of(record): kind.document(record) for record in records}


def _difference(
    kind: Kind, key: Key, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Difference | None:
    if before is None or after is None:
        effect = Effect.CREATED if before is None else Effect.DELETED
        return None if before is after else Difference(kind, key, effect)
    members = tuple(_changed(before, after))
    return Difference(kind, key, Effect.UPDATED, members) if members else None


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The changed members; `metadata` only if nothing else has changed."""
    members = list(_paths(before, after))
    content = [member for member in members if member.partition(".")[0] != METADATA]
    return content or members


def _paths(before: Mapping[str, Any], after: Mapping[str, Any], depth: int = DEPTH) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if (name in before) == (name in after) and same_json(old, new):
            continue
        if depth > 1 and isinstance(old, dict) and isinstance(new, dict):
            yield from (f"{name}.{path}" for path in _paths(old, new, depth - 1))
        else:
            yield name

"""Many keys as one parameter, so that a statement has the same text however many there are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.selection import Wanted, selected


class KeyList(TypeDecorator[Sequence[str]]):
    """A sequence of texts as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[str] | None], Any]:
        """The array's own processor would look at each key."""
        return _listed if dialect.name == "postgresql" else _json_text


def _listed(keys: Sequence[str] | None) -> list[str]:
    return list(keys or ())


def _json_text(keys: Sequence[str] | None) -> str:
    return orjson.dumps(list(keys or ())).decode()


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Keys to join to: one row per key, with its position in the sequence."""

    clause: FromClause
    key: ColumnElement[str]
    position: ColumnElement[int]


def key_table(dialect: str, parameter: str = "keys") -> KeyTable:
    """The keys as rows: `unnest` of an array on PostgreSQL, `json_each` on SQLite."""
    keys = bindparam(parameter, type_=KeyList)
    if dialect == "postgresql":
        unnested = func.unnest(keys, type_=Text).table_valued("key", with_ordinality="position")
        rows = unnested.render_derived(name="keys")
        return KeyTable(rows, rows.c.key, rows.c.position)
    listed = func.json_each(keys).table_valued("value", "key", name="keys")
    return KeyTable(listed, listed.c.value, listed.c.key)


def select_by_key(
    table: Table,
    names: Sequence[str],
    tenant: str,
    keys: Sequence[Sequence[str]],
    dialect: str,
    *,
    columns: Collection[Wanted] = (),
) -> Select[Any]:
    """SELECT the tenant's rows with these keys, which have several columns; one index lookup for each key.

    All columns, unless some are named.

    `(a, b) IN ((1, 2), ...)` says the same, but SQLite then reads every row of the tenant.
    """
    rows: Select[Any] = select(*selected(table, columns, dialect))
    if dialect == "postgresql":
        arrays = [_array(values) for values in zip(*keys, strict=True)]
        named = [column(name, Text) for name in names]
        wanted: FromClause = func.unnest(*arrays).table_valued(*named, name="keys").render_derived()
        return rows.join(wanted, _equal(table, wanted, names)).where(table.c.tenant == tenant)
    # Here the tenant comes with each key: a constant would tempt SQLite to begin with the tenant's rows.
    names = ("tenant", *names)
    listed = func.json_each(_json([(tenant, *key) for key in keys])).table_valued("value")
    values = [
        func.json_extract(listed.c.value, f"$[{index}]", type_=Text).label(name)
        for index, name in enumerate(names)
    ]
    wanted = select(*values).subquery("keys")
    return rows.join(wanted, _equal(table, wanted, names))


def _equal(table: FromClause, wanted: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == wanted.c[name] for name in names))


def is_one_of(column: ColumnElement[Any], dialect: str, parameter: str = "keys") -> ColumnElement[bool]:
    """`column IN (keys)`."""
    keys = bindparam(parameter, type_=KeyList)
    if dialect == "postgresql":
        return column == any_(keys)
    listed = func.json_each(keys).table_valued("value")
    return column.in_(select(listed.c.value))


def _array(keys: Sequence[str]) -> Any:
    return bindparam(None, list(keys), KeyList)


def _json(keys: Sequence[Any]) -> Any:
    return bindparam(None, orjson.dumps(list(keys)).decode(), Text)

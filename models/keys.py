"""Many keys as one parameter, so that a statement has the same text however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, FromClause, Text, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Keys to join to: one row per key, with its position in the sequence."""

    clause: FromClause
    key: ColumnElement[str]
    position: ColumnElement[int]


def key_table(keys: Sequence[str], dialect: str) -> KeyTable:
    """The keys as rows: `unnest` of an array on PostgreSQL, `json_each` on SQLite."""
    if dialect == "postgresql":
        unnested = func.unnest(_array(keys), type_=Text).table_valued("key", with_ordinality="position")
        rows = unnested.render_derived(name="keys")
        return KeyTable(rows, rows.c.key, rows.c.position)
    listed = func.json_each(_json(keys)).table_valued("value", "key", name="keys")
    return KeyTable(listed, listed.c.value, listed.c.key)


def key_rows(keys: Sequence[Sequence[str]], names: Sequence[str], dialect: str) -> FromClause:
    """Keys of several columns as rows to join to. An IN over rows would not use SQLite's indexes."""
    if dialect == "postgresql":
        columns = [_array(values) for values in zip(*keys, strict=True)]
        named = [column(name, Text) for name in names]
        return func.unnest(*columns).table_valued(*named, name="keys").render_derived()
    listed = func.json_each(_json(keys)).table_valued("value")
    values = [
        func.json_extract(listed.c.value, f"$[{index}]", type_=Text).label(name)
        for index, name in enumerate(names)
    ]
    return select(*values).subquery("keys")


def is_one_of(column: ColumnElement[Any], keys: Sequence[str], dialect: str) -> ColumnElement[bool]:
    """`column IN (keys)`."""
    if dialect == "postgresql":
        return column == any_(_array(keys))
    listed = func.json_each(_json(keys)).table_valued("value")
    return column.in_(select(listed.c.value))


def _array(keys: Sequence[str]) -> Any:
    return bindparam(None, list(keys), ARRAY(Text))


def _json(keys: Sequence[Any]) -> Any:
    return bindparam(None, orjson.dumps(list(keys)).decode(), Text)

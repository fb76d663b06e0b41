"""Many keys as one parameter.

A statement has the same text however many keys there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

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
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.sql.probe import ONE, OrderedJoin, joined_row

KEYS: Final = "keys"
"""The parameter that takes the keys of one column, or on SQLite those of several."""
LOWEST: Final = "lowest"
HIGHEST: Final = "highest"
"""The last columns of ranges of keys."""


class KeyList(TypeDecorator[Sequence[Any]]):
    """A sequence of texts as one parameter.

    An array on PostgreSQL, JSON on SQLite (also of arrays).
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[Any] | None], Any]:
        """Return a processor for the list as a whole.

        The array's own processor would visit each key.
        """
        return _listed if dialect.name == "postgresql" else _json_text


def _listed(keys: Sequence[Any] | None) -> list[Any]:
    return list(keys or ())


def _json_text(keys: Sequence[Any] | None) -> str:
    return orjson.dumps(list(keys or ())).decode()


@dataclass(frozen=True, slots=True)
class KeyTable:
    """A table of keys to join to.

    One row per key, with its position in the sequence.
    """

    clause: FromClause
    key: ColumnElement[str]
    position: ColumnElement[int]


def key_table(dialect: str, parameter: str = KEYS) -> KeyTable:
    """Return the keys as rows.

    `unnest` of an array on PostgreSQL, `json_each` on SQLite.
    """
    keys = bindparam(parameter, type_=KeyList)
    if dialect == "postgresql":
        unnested = func.unnest(keys, type_=Text).table_valued("key", with_ordinality="position")
        rows = unnested.render_derived(name="keys")
        return KeyTable(rows, rows.c.key, rows.c.position)
    elements = func.json_each(keys).table_valued("value", "key", name="keys")
    return KeyTable(elements, elements.c.value, elements.c.key)


def with_keys(statement: Select[Any], table: Table, names: Sequence[str], dialect: str) -> Select[Any]:
    """Limit a SELECT from one table to rows with given keys.

    One index lookup for each key. `key_parameters` gives the values of its parameters. `(a, b) IN ((1, 2),
    ...)` means the same as the joins, but SQLite then reads every row of the tenant.
    """
    match names:
        case [name]:
            return statement.where(is_one_of(table.c[name], dialect))
        case _ if dialect == "postgresql":
            keys_table = key_rows(names, dialect)
            return statement.select_from(table.join(keys_table, _equal(table, keys_table, names)))
        case _:
            keys_table = key_rows(names, dialect)
            return statement.select_from(OrderedJoin(keys_table, table, _equal(table, keys_table, names)))


def locked_with_keys(statement: Select[Any], table: Table, names: Sequence[str], dialect: str) -> Select[Any]:
    """Limit a SELECT from one table to rows with given keys, and lock the rows.

    They are locked in the order of the keys where there are several columns, else in key order.
    `key_parameters` gives the values of its parameters. PostgreSQL looks up each key by itself: a plan that
    was made for a small table, and is kept while rows are added, would read all rows of the tenant.
    """
    if dialect != "postgresql" or len(names) == 1:
        limited = with_keys(statement, table, names, dialect)
        return limited.order_by(*(table.c[name] for name in names)).with_for_update(of=table)
    keys_table = key_rows(names, dialect)
    row = statement.where(_equal(table, keys_table, names)).with_for_update().lateral("locked")
    return select(*row.c).select_from(keys_table.join(row, true()))


def first_in_ranges(
    statement: Select[Any], table: Table, names: Sequence[str], column: str, dialect: str
) -> Select[Any]:
    """Limit a SELECT from one table to the first row in some ranges of keys.

    A range has the values of `names`, which begin a key, and the lowest and highest value of the next column.
    `key_parameters` gives the values of its parameters. One index lookup for each range.
    """
    ranges = key_rows([*names, LOWEST, HIGHEST], dialect)
    is_between = table.c[column].between(ranges.c[LOWEST], ranges.c[HIGHEST])
    in_range = statement.where(_equal(table, ranges, names), is_between).order_by(table.c[column])
    source, columns = joined_row(ranges, table, in_range, dialect)
    return select(*columns).select_from(source).limit(ONE)


def key_rows(names: Sequence[str], dialect: str, parameter: str = KEYS) -> FromClause:
    """Return texts as the rows of a table.

    The table has several columns; `key_parameters` gives their values. Its name is that of the parameter,
    which begins with KEYS.
    """
    if dialect == "postgresql":
        arrays = [
            bindparam(_column_parameter(place, parameter), type_=KeyList) for place in range(len(names))
        ]
        return _unnested(arrays, names, parameter)
    return _members(bindparam(parameter, type_=KeyList), names, parameter)


def key_parameters(keys: Sequence[Any], columns: int, dialect: str, parameter: str = KEYS) -> dict[str, Any]:
    """Return the parameters of `with_keys`.

    An array for each column on PostgreSQL, else one JSON text.
    """
    if columns == 1 or dialect == "sqlite":
        return {parameter: keys}
    return {
        _column_parameter(place, parameter): values for place, values in enumerate(zip(*keys, strict=True))
    }


def is_key_parameter(name: str) -> bool:
    """Whether `key_parameters` gives the parameter's value."""
    return name.startswith(KEYS)


def _column_parameter(place: int, parameter: str) -> str:
    return f"{parameter}_{place}"


def _unnested(arrays: Sequence[ColumnElement[Any]], names: Sequence[str], table: str) -> FromClause:
    """Return arrays of equal length as a table's columns."""
    columns = [column(name, Text) for name in names]
    return func.unnest(*arrays).table_valued(*columns, name=table).render_derived()


def _members(keys: ColumnElement[Any], names: Sequence[str], table: str) -> FromClause:
    """Return a JSON array of arrays as a table."""
    elements = func.json_each(keys).table_valued("value")
    members = [
        func.json_extract(elements.c.value, f"$[{place}]", type_=Text).label(name)
        for place, name in enumerate(names)
    ]
    return select(*members).subquery(table)


def _equal(table: FromClause, keys: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(true(), *(table.c[name] == keys.c[name] for name in names))


def is_one_of(column: ColumnElement[Any], dialect: str, parameter: str = KEYS) -> ColumnElement[bool]:
    """Return `column IN (keys)`."""
    keys = bindparam(parameter, type_=KeyList)
    if dialect == "postgresql":
        return column == any_(keys)
    elements = func.json_each(keys).table_valued("value")
    return column.in_(select(elements.c.value))

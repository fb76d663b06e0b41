import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.connection.database import Database
from models.sql.keys import (
    KeyList,
    is_key_parameter,
    is_one_of,
    key_parameters,
    key_rows,
    key_table,
    with_keys,
)
from models.tables.item_assignment import item_assignment

PAIRS = [("a", 'b"'), ("é", "")]


def test_a_list_of_keys_is_an_array_or_json() -> None:
    on_postgresql = KeyList().bind_processor(asyncpg.dialect())  # type: ignore[no-untyped-call]
    on_sqlite = KeyList().bind_processor(sqlite.dialect())
    assert on_postgresql(("a", "é")) == ["a", "é"]
    assert on_sqlite(("a", 'é"')) == '["a","é\\""]'
    assert (on_postgresql(None), on_sqlite(None)) == ([], "[]")


@pytest.mark.parametrize(
    ("columns", "dialect", "parameters"),
    [
        (1, "postgresql", {"keys": ["a", "b"]}),
        (1, "sqlite", {"keys": ["a", "b"]}),
        (2, "sqlite", {"keys": PAIRS}),
        (2, "postgresql", {"keys_0": ("a", "é"), "keys_1": ('b"', "")}),
    ],
)
def test_parameters_of_keys(columns: int, dialect: str, parameters: dict[str, object]) -> None:
    keys = ["a", "b"] if columns == 1 else PAIRS
    assert key_parameters(keys, columns, dialect) == parameters
    assert all(map(is_key_parameter, parameters))


def test_other_parameters_are_no_keys() -> None:
    assert not is_key_parameter("tenant")


async def test_rows_of_keys_have_their_columns(database: Database) -> None:
    dialect = database.engine.dialect.name
    rows = key_rows(["first", "second"], dialect)
    async with database.read() as snapshot:
        pairs = await snapshot.rows(select(rows.c.first, rows.c.second), key_parameters(PAIRS, 2, dialect))
    assert [tuple(row.values()) for row in pairs] == PAIRS


async def test_a_table_of_keys_has_their_order(database: Database) -> None:
    keys = key_table(database.engine.dialect.name)
    statement = select(keys.key.label("key")).select_from(keys.clause).order_by(keys.position)
    async with database.read() as snapshot:
        rows = await snapshot.rows(statement, {"keys": ["b", "a", "b"]})
    assert [row["key"] for row in rows] == ["b", "a", "b"]


def test_rows_with_keys_are_searched_from_the_keys() -> None:
    table = item_assignment
    statement = select(table.c.item_id)
    assert "unnest(" in str(with_keys(statement, table, ["type", "item_id"], "postgresql"))
    on_sqlite = with_keys(statement, table, ["type", "item_id"], "sqlite").compile(dialect=sqlite.dialect())
    assert " CROSS JOIN item_assignment ON " in " ".join(str(on_sqlite).split())
    assert str(is_one_of(table.c.item_id, "postgresql")) == "item_assignment.item_id = ANY (:keys)"

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.connection.database import Database
from models.connection.session import Transaction
from models.sql.keys import (
    KeyList,
    first_in_ranges,
    is_key_parameter,
    is_one_of,
    key_parameters,
    key_rows,
    key_table,
    locked_with_keys,
    with_keys,
)
from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from models.tables.item_assignment import item_assignment
from resolvers.access import TENANT
from tests.factories.documents import segment
from tests.factories.shop import Shop

KEYS = [("s", f"c{number:03}", "") for number in range(1, 400, 2)]
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


def locking(dialect: str) -> Any:
    of_tenant = select(customer_assignment).where(customer_assignment.c.tenant == TENANT)
    return locked_with_keys(of_tenant, customer_assignment, ASSIGNMENT_KEY, dialect)


async def fill(shop: Shop) -> None:
    await shop.segments(segment("s"))
    await shop.customers(*(("s", f"c{number:03}") for number in range(200)))


async def test_the_rows_of_known_keys_are_locked_in_key_order(shop: Shop) -> None:
    await fill(shop)

    async def work(transaction: Transaction) -> list[str]:
        parameters = {"tenant": shop.tenant, **key_parameters(KEYS, 3, transaction.dialect)}
        rows = await transaction.rows(locking(transaction.dialect), parameters)
        return [row["customer_id"] for row in rows]

    assert await shop.database.write(work) == [f"c{number:03}" for number in range(1, 200, 2)]


async def test_each_key_is_looked_up_by_all_of_its_columns(shop: Shop) -> None:
    """Also by a plan that is made before the keys are known, which takes them for few."""
    await fill(shop)
    lookup = await index_condition(shop, locking(shop.database.engine.dialect.name), KEYS)
    columns = {f"{name} = keys.{name}" for name in ASSIGNMENT_KEY}
    if shop.database.is_sqlite:
        columns = {f"{name}=?" for name in ("tenant", *ASSIGNMENT_KEY)}
    assert {column for column in columns if column in lookup} == columns


async def test_each_range_is_looked_up_by_its_columns(shop: Shop) -> None:
    """By such a plan as well."""
    await fill(shop)
    ranges = [("s", "c000", "c009"), ("t", "c000", "c199")]
    lookup = await index_condition(shop, first_in(shop.database.engine.dialect.name), ranges)
    columns = {"segment_id = keys.segment_id", "customer_id >= keys.lowest", "customer_id <= keys.highest"}
    if shop.database.is_sqlite:
        columns = {"tenant=?", "segment_id=?", "customer_id>?", "customer_id<?"}
    assert {column for column in columns if column in lookup} == columns


async def index_condition(shop: Shop, statement: Any, keys: Sequence[tuple[str, ...]]) -> str:
    """The line of the plan that says how the assignments' primary key is used."""
    condition = "USING PRIMARY KEY" if shop.database.is_sqlite else "Index Cond"
    async with shop.database.read() as snapshot:
        prepared = snapshot.prepare(statement)
    async with shop.database.engine.connect() as connection:
        if shop.database.is_sqlite:
            arguments = prepared.arguments({"tenant": shop.tenant, **key_parameters(keys, 3, "sqlite")})
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {prepared.sql}", tuple(arguments))
        else:
            await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            await connection.exec_driver_sql(f"PREPARE looking AS {prepared.sql}")
            rows = await connection.exec_driver_sql("EXPLAIN EXECUTE looking ('{}', '{}', '{}', '')")
        lines = [str(value).replace("anon_1", "keys").replace("::text", "") for row in rows for value in row]
        await connection.exec_driver_sql("SELECT 1" if shop.database.is_sqlite else "DEALLOCATE looking")
    [lookup] = [line for line in lines if condition in line]
    return lookup


def first_in(dialect: str) -> Any:
    of_tenant = select(customer_assignment.c.customer_id).where(customer_assignment.c.tenant == TENANT)
    return first_in_ranges(of_tenant, customer_assignment, ["segment_id"], "customer_id", dialect)


@pytest.mark.parametrize(
    ("ranges", "customer_id"),
    [
        ([("s", "c010", "c019"), ("t", "", "z")], "c010"),
        ([("t", "", "z"), ("s", "c1985", "c1989")], None),
        ([("s", "c1985", "c199")], "c199"),
        ([("s", "", "b")], None),
    ],
)
async def test_the_first_row_in_ranges(
    shop: Shop, ranges: list[tuple[str, ...]], customer_id: str | None
) -> None:
    await fill(shop)
    async with shop.database.read() as snapshot:
        parameters = {"tenant": shop.tenant, **key_parameters(ranges, 3, snapshot.dialect)}
        assert await snapshot.value(first_in(snapshot.dialect), parameters) == customer_id

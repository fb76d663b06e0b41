"""Rows of SQLite are inserted many at a time, the rest one by one."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text

from models.sql.listed_insert import AT_ONCE, listed_insert

TABLE = Table("group", MetaData(), Column("owner", Text), Column("name", Text), Column("place", Integer))


def test_the_statement_of_one_row() -> None:
    insert = listed_insert(TABLE, ["owner"], ["name", "place"], {"place": "? - {}"})
    assert insert.one == (
        'INSERT INTO "group" (owner, name, place) SELECT ?, column1, ? - column2 FROM (VALUES (?, ?))'
    )


@pytest.mark.parametrize(
    ("count", "runs"),
    [(0, 0), (1, 1), (AT_ONCE - 1, 1), (AT_ONCE, 1), (2 * AT_ONCE, 2), (2 * AT_ONCE + 3, 3)],
)
def test_all_rows_are_inserted_in_order(count: int, runs: int) -> None:
    insert = listed_insert(TABLE, ["owner"], ["name", "place"], {"place": "? - {}"})
    rows = [(f"n{number}", number) for number in range(count)]
    statements = insert.runs(["anna", count], rows)
    assert len(statements) == runs
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute('CREATE TABLE "group" (owner, name, place)')
        for sql, arguments, _ in statements:
            connection.executemany(sql, arguments)
        stored = connection.execute('SELECT owner, name, place FROM "group"').fetchall()
    assert stored == [("anna", name, count - number) for name, number in rows]

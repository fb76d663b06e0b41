from datetime import UTC, datetime

from sqlalchemy import bindparam, column, literal, select, table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.sql.prepared import CLAUSE_BYTES, STATEMENT_BYTES, clause_size, prepare, prepare_text
from models.tables.segment import segment

SQLITE = sqlite.dialect()
POSTGRESQL = asyncpg.dialect()  # type: ignore[no-untyped-call]
STATEMENT = (
    select(segment.c.id, segment.c.valid_to)
    .where(segment.c.tenant == bindparam("tenant"), segment.c.status == "ACTIVE")
    .where(segment.c.valid_from < bindparam("now", type_=segment.c.valid_from.type))
)
NOW = datetime(2024, 5, 1, tzinfo=UTC)


def test_constants_and_parameters_have_their_places() -> None:
    for dialect, instant in ((SQLITE, "2024-05-01T00:00:00.000Z"), (POSTGRESQL, NOW)):
        prepared = prepare(STATEMENT, dialect)
        assert prepared.arguments({"tenant": "shop", "now": NOW}) == ["shop", "ACTIVE", instant]
        assert prepared.values_without_keys({"tenant": "shop", "now": NOW}) == ("shop", NOW)


def test_lists_become_places() -> None:
    text = prepare_text(select(literal(1)).where(column("id").in_(["a", "b"])), SQLITE)
    assert text.sql.endswith("id IN (?, ?)")
    assert text.arguments({}) == [1, "a", "b"]


def test_records_of_sqlite_become_rows() -> None:
    prepared = prepare(STATEMENT, SQLITE)
    assert not prepared.is_ready
    assert prepared.rows([("gold", "2024-05-01T00:00:00.000Z"), ("silver", None)]) == [
        {"id": "gold", "valid_to": NOW},
        {"id": "silver", "valid_to": None},
    ]


def test_records_of_postgresql_are_rows() -> None:
    prepared = prepare(STATEMENT, POSTGRESQL)
    records = [object()]
    assert prepared.is_ready
    assert prepared.rows(records) is records


def test_a_run_has_the_values_in_their_places() -> None:
    insert = table("t", column("a"), column("b")).insert().values(a=7, b=bindparam("b"))
    assert prepare_text(insert, SQLITE).run({"b": 4}) == (
        "INSERT INTO t (a, b) VALUES (?, ?)",
        [[7, 4]],
        None,
    )


def test_the_size_of_a_statement() -> None:
    prepared = prepare(select(literal("x").label("x")), SQLITE)
    assert prepared.size > STATEMENT_BYTES + 2 * len(prepared.sql)
    assert clause_size([column("a"), column("b") == column("c")]) == 4 * CLAUSE_BYTES

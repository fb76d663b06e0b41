import pytest
from sqlalchemy import Boolean, Text, literal, null

from models.sql.json_text import PostgresJsonWriter, SqliteJsonWriter, constant
from tests.models.sql_text import sql_text, sqlite_value


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (literal('a "\\ é\n'), '"a \\"\\\\ é\\n"'),
        (literal(3), "3"),
        (null(), "null"),
        (literal(value=True, type_=Boolean), "true"),
        (literal(value=False, type_=Boolean), "false"),
        (literal(None, Boolean), "null"),
    ],
)
def test_json_of_a_value_on_sqlite(value: object, json: str) -> None:
    assert sqlite_value(SqliteJsonWriter().value(value, nullable=True)) == json  # type: ignore[arg-type]


def test_what_may_be_null_on_postgresql() -> None:
    writer = PostgresJsonWriter()
    assert sql_text(writer.value(literal("a", Text), nullable=False), "postgresql") == "to_json('a')"
    assert sql_text(writer.value(literal("a", Text), nullable=True), "postgresql") == (
        "coalesce(CAST(to_json('a') AS TEXT), 'null')"
    )


def test_parts_become_one_text() -> None:
    parts = [constant('{"a":'), literal("1"), constant("}")]
    assert sqlite_value(SqliteJsonWriter().joined(parts)) == '{"a":1}'
    assert sql_text(PostgresJsonWriter().joined(parts), "postgresql") == "concat('{\"a\":', '1', '}')"

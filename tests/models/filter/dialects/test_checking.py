from datetime import UTC, datetime

import pytest
from sqlalchemy import column, true

from models.filter.dialects.base import JsonValue, Truth
from models.filter.dialects.checking import CheckingDialect
from models.filter.errors import FilterError
from models.tables.segment import segment
from tests.models.sql_text import sql_text

DIALECT = CheckingDialect()


def test_a_pattern_is_checked() -> None:
    assert sql_text(DIALECT.found("^gold", column("text"))) == "1"
    with pytest.raises(FilterError, match="a group is not closed"):
        DIALECT.found("(gold", column("text"))


def test_a_condition_on_a_value_is_checked() -> None:
    checked: list[JsonValue] = []

    def holds(value: JsonValue) -> Truth:
        checked.append(value)
        return value.number > 3

    clause = DIALECT.any_value(segment.c.mixins, ("a",), holds)
    assert sql_text(clause) == "0 > 3"
    assert [sql_text(value.text) for value in checked] == ["''"]


def test_expressions_read_no_column() -> None:
    document = segment.c.name
    instant = DIALECT.instant(datetime(2024, 5, 1, tzinfo=UTC))
    order = DIALECT.json_order(document, ("a",))
    expressions = [
        instant,
        DIALECT.within(instant, instant, instant),
        DIALECT.translation(document, column("tag")),
        DIALECT.first_of(document, "tags"),
        DIALECT.first_translation(document),
        DIALECT.any_translation(document, lambda _text: true()),
        DIALECT.each_instant(document, ("a",)).instant,
        DIALECT.has_value(document, ("a",)),
        *order,
    ]
    assert [sql_text(expression) for expression in expressions] == [
        "''", "1", "''", "''", "''", "1", "''", "1", "0", "0", "''",
    ]  # fmt: skip

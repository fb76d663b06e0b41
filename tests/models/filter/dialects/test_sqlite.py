from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, ColumnElement, Text, literal

from models.filter.dialects.base import Bounds, JsonRank, JsonValue
from models.filter.dialects.sqlite import SqliteDialect
from tests.models.sql_text import sqlite_value

DIALECT = SqliteDialect()
DOCUMENT = {
    "a": "gold",
    "n": 5,
    "t": True,
    "z": None,
    "list": ["x", 7],
    "o": {"b": "2024-05-01"},
    "odd key": 1,
}
document: ColumnElement[Any] = literal(DOCUMENT, JSON)
NAMES: ColumnElement[Any] = literal({"de": "Gold", "en": " ", "fr": "Or"}, JSON)


def test_a_translation_that_is_blank_is_missing() -> None:
    assert sqlite_value(DIALECT.translation(NAMES, literal("de", Text))) == "Gold"
    assert sqlite_value(DIALECT.translation(NAMES, literal("en", Text))) is None
    assert sqlite_value(DIALECT.translation(NAMES, literal("it", Text))) is None
    assert sqlite_value(DIALECT.first_translation(NAMES)) == "Gold"
    assert sqlite_value(DIALECT.any_translation(NAMES, lambda text: text == "Or")) == 1
    assert sqlite_value(DIALECT.any_translation(NAMES, lambda text: text == " ")) == 0


@pytest.mark.parametrize("dialect", [DIALECT, SqliteDialect(by_path=False)])
@pytest.mark.parametrize(
    ("keys", "member", "value", "holds"),
    [
        (("a",), "text", "gold", True),
        (("a",), "text", "silver", False),
        (("n",), "number", 5.0, True),
        (("n",), "text", "5", False),
        (("t",), "boolean", "true", True),
        (("list",), "text", "x", True),
        (("list",), "number", 7.0, True),
        (("o", "b"), "instant", "2024-05-01T00:00:00.000Z", True),
        (("odd key",), "number", 1.0, True),
        (("missing",), "text", "gold", False),
    ],
)
def test_some_value_under_the_keys(
    dialect: SqliteDialect, keys: tuple[str, ...], member: str, value: object, *, holds: bool
) -> None:
    def condition(json: JsonValue) -> ColumnElement[bool]:
        column: ColumnElement[Any] = getattr(json, member)
        return column == value

    assert bool(sqlite_value(dialect.any_value(document, keys, condition))) is holds


@pytest.mark.parametrize(
    ("keys", "rank"),
    [
        (("missing",), JsonRank.MISSING),
        (("z",), JsonRank.MISSING),
        (("t",), JsonRank.TRUE),
        (("n",), JsonRank.NUMBER),
        (("a",), JsonRank.TEXT),
        (("list",), JsonRank.OTHER),
    ],
)
def test_the_order_of_values(keys: tuple[str, ...], rank: int) -> None:
    order = DIALECT.json_order(document, keys)
    assert sqlite_value(order.rank) == rank
    assert sqlite_value(order.number) == (5.0 if keys == ("n",) else 0.0)
    assert sqlite_value(order.text) == ("gold" if keys == ("a",) else "")


@pytest.mark.parametrize(
    ("key", "has_value"), [("a", True), ("z", False), ("missing", False), ("list", True)]
)
def test_null_is_no_value(key: str, *, has_value: bool) -> None:
    assert bool(sqlite_value(DIALECT.has_value(document, (key,)))) is has_value


def test_elements_of_an_odd_name_cannot_be_told() -> None:
    assert DIALECT.elements(document, ("odd key",)) is None
    assert DIALECT.elements(document, ("a",)) is not None


def test_bounds_leave_far_values_out() -> None:
    bounds = Bounds(first=DIALECT.instant(datetime(2025, 1, 1, tzinfo=UTC)))
    assert sqlite_value(DIALECT.any_value(document, ("o", "b"), lambda _value: literal(value=True))) == 1
    assert (
        sqlite_value(DIALECT.any_value(document, ("o", "b"), lambda _value: literal(value=True), bounds)) == 0
    )


@pytest.mark.parametrize(
    ("instant", "is_within"),
    [("2024-05-01", False), ("2024-05-02", True), ("2024-05-03", True), ("2024-05-04", False)],
)
def test_a_period_excludes_its_beginning(instant: str, *, is_within: bool) -> None:
    at, after, until = (
        literal(f"{day}T00:00:00.000Z", Text) for day in (instant, "2024-05-01", "2024-05-03")
    )
    assert bool(sqlite_value(DIALECT.within(at, after, until))) is is_within

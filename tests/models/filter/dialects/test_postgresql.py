from datetime import UTC, datetime

import pytest
from sqlalchemy import String, column, literal_column, true

from models.filter.dialects.base import Bounds, NumberBounds
from models.filter.dialects.postgresql import PostgresqlDialect
from models.tables.columns import UtcDateTime
from models.tables.segment import segment
from tests.models.sql_text import sql_text

DIALECT = PostgresqlDialect()
TEXT = column("text", String())


def sql(clause: object) -> str:
    return sql_text(clause, "postgresql")  # type: ignore[arg-type]


def test_a_pattern_is_spelled_for_postgresql() -> None:
    assert sql(DIALECT.found(r"^g\b", TEXT)) == r"text ~ '\Ag\y'"


def test_a_period_excludes_its_beginning() -> None:
    at, after, until = (column(name, UtcDateTime()) for name in ("at", "after", "until"))
    assert sql(DIALECT.within(at, after, until)) == "tstzrange(after, greatest(after, until), '(]') @> at"


def test_texts_are_compared_by_code_point() -> None:
    translation = sql(DIALECT.translation(segment.c.name, literal_column("'en'")))
    assert translation.startswith("CASE WHEN ((segment.name ->> 'en') COLLATE \"C\" ~ ")
    assert translation.endswith("THEN segment.name ->> 'en' END COLLATE \"C\"")
    first = sql(DIALECT.first_translation(segment.c.name))
    assert first.startswith("(SELECT anon_1.value FROM jsonb_each_text(segment.name)")
    assert 'ORDER BY lower(anon_1.key) COLLATE "C" LIMIT 1' in first


def test_a_value_is_found_step_by_step() -> None:
    assert sql(DIALECT.has_value(segment.c.mixins, ("a", "odd key"))) == (
        "jsonb_typeof((segment.mixins -> 'a') -> 'odd key') != 'null'"
    )


@pytest.mark.parametrize(
    ("bounds", "part"),
    [
        (NumberBounds(first=5), "(segment.mixins -> 'a') >= (SELECT to_jsonb(4.999999999999999)"),
        (NumberBounds(last=5), "(segment.mixins -> 'a') <= (SELECT to_jsonb(5.000000000000001)"),
        (Bounds(first=literal_column("now()")), "greatest(now(), timestamptz '1000-01-02T00:00:00Z')"),
        (Bounds(last=literal_column("now()")), "WHEN (now() < timestamptz '9999-12-01T00:00:00Z')"),
    ],
)
def test_bounds_are_checked_before_the_value(bounds: Bounds | NumberBounds, part: str) -> None:
    unbounded = sql(DIALECT.any_value(segment.c.mixins, ("a",), lambda _value: true()))
    bounded = sql(DIALECT.any_value(segment.c.mixins, ("a",), lambda _value: true(), bounds))
    assert part not in unbounded
    assert part in bounded
    assert bounded.endswith(unbounded)


def test_an_instant_is_a_parameter() -> None:
    instant = DIALECT.instant(datetime(2024, 5, 1, tzinfo=UTC))
    assert str(instant.type) == "DATETIME"
    assert instant.compile().params == {"param_1": datetime(2024, 5, 1, tzinfo=UTC)}

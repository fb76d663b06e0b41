from datetime import datetime
from typing import Any

import pytest

from models.filter.dialects import dialect_named
from models.filter.errors import FilterError
from models.filter.leaf import (
    compares,
    compares_with,
    equals_any,
    is_absent,
    is_among,
    is_present,
    is_within,
    matches,
)
from models.filter.tree import Literal, Operator, Path
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS
from tests.models.sql_text import sql_text

SQLITE = dialect_named("sqlite")
MAY, JUNE = Literal("2024-05-01"), Literal("2024-06-01")
NOT_A_TIME = (
    "'today' is not a time. Write a date like 2024-05-01, or a date-time like 2024-05-01T10:00:00.000Z. "
    "Relative to now it is now, now-P30D or now+PT12H, with an ISO 8601 duration of at most 1,000 years."
)


def field(*path: str) -> Any:
    names: Path = path
    return SEGMENTS.resolve(names)


def literals(*texts: str) -> tuple[Literal, ...]:
    return tuple(Literal(text, quoted=False) for text in texts)


@pytest.mark.parametrize(
    ("path", "operator", "text", "sql"),
    [
        ("siteCode", Operator.EQUAL, "main", "segment.site_code = 'main'"),
        ("siteCode", Operator.GREATER, "main", "segment.site_code > 'main'"),
        ("metadata.version", Operator.LESS, "3", "segment.version < 3"),
        ("metadata.version", Operator.LESS, "2.5", "segment.version <= 2"),
        ("metadata.version", Operator.EQUAL, "2.5", "0"),
        ("metadata.version", Operator.LESS, "9" * 30, "1"),
        ("metadata.version", Operator.GREATER, "9" * 30, "0"),
        ("metadata.version", Operator.AT_LEAST, "-" + "9" * 30, "1"),
        (
            "validity.from",
            Operator.AT_LEAST,
            "2024-05-01",
            "segment.valid_from >= '2024-05-01T00:00:00.000Z'",
        ),
        ("mixins", Operator.EQUAL, "a", "0"),
    ],
)
def test_a_comparison_follows_the_type_of_its_field(
    path: str, operator: Operator, text: str, sql: str
) -> None:
    clause = compares(field(*path.split(".")), operator, Literal(text), SQLITE)
    assert sql_text(clause).replace("false", "0").replace("true", "1") == sql


@pytest.mark.parametrize(
    ("path", "texts", "sql"),
    [
        ("id", ["a"], "segment.id = 'a'"),
        ("id", ["a", "b"], "segment.id IN ('a', 'b')"),
        ("metadata.version", ["1", "2", "2.5"], "segment.version IN (1, 2)"),
        ("metadata.version", ["2.5"], "0"),
    ],
)
def test_equality_with_any_of_the_literals(path: str, texts: list[str], sql: str) -> None:
    clause = equals_any(field(*path.split(".")), literals(*texts), SQLITE)
    assert sql_text(clause).replace("false", "0") == sql


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("metadata.version", "two", "'two' is not a number."),
        ("validity.from", "today", NOT_A_TIME),
        ("siteCode", "a\x00", "The character U+0000 is not allowed."),
    ],
)  # fmt: skip
def test_a_literal_of_another_type_is_refused(path: str, text: str, message: str) -> None:
    with pytest.raises(FilterError) as refusal:
        compares(field(*path.split(".")), Operator.EQUAL, Literal(text), SQLITE)
    assert refusal.value.message == message


def test_an_optional_column_may_be_absent() -> None:
    assert sql_text(is_present(field("validity", "to"), SQLITE)) == "segment.valid_to IS NOT NULL"
    assert sql_text(is_absent(field("validity", "to"), SQLITE)) == "segment.valid_to IS NULL"
    assert sql_text(is_present(field("siteCode"), SQLITE)) == "1"


def test_an_empty_part_of_a_key_is_absent() -> None:
    legal_entity = CUSTOMER_ASSIGNMENTS.resolve(("legalEntity", "id"))
    assert sql_text(is_present(legal_entity, SQLITE)) == "customer_assignment.legal_entity_id != ''"
    equals = compares(legal_entity, Operator.EQUAL, Literal("le"), SQLITE)
    assert sql_text(equals) == (
        "customer_assignment.legal_entity_id = 'le' AND customer_assignment.legal_entity_id != ''"
    )


def test_a_period_excludes_its_beginning() -> None:
    clause = is_within(field("validity", "from"), MAY, JUNE, SQLITE)
    compiled = clause.compile()
    assert (
        " ".join(str(compiled).split()) == "segment.valid_from > :param_1 AND segment.valid_from <= :param_2"
    )
    assert [type(value) for value in compiled.params.values()] == [datetime, datetime]
    assert sql_text(is_within(field("siteCode"), MAY, JUNE, SQLITE)) == "0"


def test_parameters_stand_for_literals() -> None:
    assert (
        str(compares_with(field("siteCode"), Operator.LESS, "first", SQLITE)) == "segment.site_code < :first"
    )
    assert str(is_among(field("metadata", "version"), ["a", "b"], SQLITE)) == "segment.version IN (:a, :b)"


def test_numbers_match_no_pattern() -> None:
    assert sql_text(matches(field("metadata", "version"), "1", SQLITE)) == "0"
    assert (
        sql_text(matches(field("siteCode"), "^ma", SQLITE)) == "text_matches('\\Ama', segment.site_code) = 1"
    )

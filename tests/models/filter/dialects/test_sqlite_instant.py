import pytest
from sqlalchemy import Text, literal, true

from models.filter.dialects.base import Bounds
from models.filter.dialects.sqlite_instant import instant_of, may_be_within
from tests.models.sql_text import sqlite_value

MAY, JUNE = (literal(f"2024-{month}-01T00:00:00.000Z", Text) for month in ("05", "06"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000Z"),
        ("2024-05-01T10:00:00.005Z", "2024-05-01T10:00:00.005Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("2023-02-29", None),
        ("2024-05-01T24:00:00Z", None),
    ],
)
def test_the_usual_forms(text: str, expected: str | None) -> None:
    assert sqlite_value(instant_of(true(), literal(text, Text))) == expected


@pytest.mark.parametrize(
    ("text", "is_within"),
    [
        ("2024-05-15", True),
        ("2024-04-30T12:00:00-14:00", True),
        ("2024-04-29", False),
        ("2024-06-01T13:00:00+14:00", True),
        ("2024-06-02", False),
    ],
)
def test_a_day_may_be_within_bounds_whatever_its_offset(text: str, *, is_within: bool) -> None:
    assert bool(sqlite_value(may_be_within(literal(text, Text), Bounds(MAY, JUNE)))) is is_within


def test_other_texts_may_pass() -> None:
    assert bool(sqlite_value(may_be_within(literal("gold", Text), Bounds(first=MAY))))

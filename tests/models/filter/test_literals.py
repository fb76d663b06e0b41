from datetime import UTC, datetime

import pytest

from models.filter.literals import (
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Instant,
    OnGrid,
    instant,
    json_boolean,
    json_number,
    operator_on_grid,
    whole_number,
)
from models.filter.tree import Literal, Operator


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", OnGrid(5, exact=True)),
        ("+5.0", OnGrid(5, exact=True)),
        ("1e3", OnGrid(1000, exact=True)),
        ("1.5", OnGrid(1, exact=False)),
        ("-1.5", OnGrid(-2, exact=False)),
        (str(2**63 - 1), OnGrid(LARGEST_INTEGER, exact=True)),
        (str(2**63), OnGrid(LARGEST_INTEGER + 1, exact=False)),
        (str(-(2**63) - 1), OnGrid(SMALLEST_INTEGER - 1, exact=False)),
        ("1e999999", OnGrid(LARGEST_INTEGER + 1, exact=False)),
        ("1e99999999999999999999", None),
        ("five", None),
        ("1,5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_whole_numbers(text: str, number: OnGrid | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01", Instant(datetime(2024, 5, 1, tzinfo=UTC), exact=True)),
        ("2024-05-01T10:20Z", Instant(datetime(2024, 5, 1, 10, 20, tzinfo=UTC), exact=True)),
        (
            "2024-05-01T02:00:00.5+02:00",
            Instant(datetime(2024, 5, 1, 0, 0, 0, 500_000, tzinfo=UTC), exact=True),
        ),
        (
            "2024-05-01T00:00:00.1234Z",
            Instant(datetime(2024, 5, 1, 0, 0, 0, 123_000, tzinfo=UTC), exact=False),
        ),
        (
            "2024-05-01T00:00:00.123000Z",
            Instant(datetime(2024, 5, 1, 0, 0, 0, 123_000, tzinfo=UTC), exact=True),
        ),
        ("2024-02-30", None),
        ("2024-05-01T10:20", None),
        ("0001-01-01T00:00:00+13:00", None),
        ("now", None),
    ],
)
def test_instants(text: str, expected: Instant | None) -> None:
    assert instant(text) == expected


@pytest.mark.parametrize(
    ("operator", "on_grid"),
    [
        (Operator.EQUAL, None),
        (Operator.LESS, Operator.AT_MOST),
        (Operator.AT_MOST, Operator.AT_MOST),
        (Operator.GREATER, Operator.GREATER),
        (Operator.AT_LEAST, Operator.GREATER),
    ],
)
def test_an_inexact_value_is_compared_by_the_value_below(
    operator: Operator, on_grid: Operator | None
) -> None:
    assert operator_on_grid(operator, exact=False) is on_grid
    assert operator_on_grid(operator, exact=True) is operator


def test_only_bare_literals_are_numbers_and_booleans() -> None:
    assert json_number(Literal("1.5", quoted=False)) == 1.5
    assert json_number(Literal("1.5")) is None
    assert json_number(Literal("1e400", quoted=False)) is None
    assert json_boolean(Literal("true", quoted=False)) == "true"
    assert json_boolean(Literal("true")) is None
    assert json_boolean(Literal("True", quoted=False)) is None

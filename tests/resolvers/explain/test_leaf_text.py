from datetime import UTC, datetime
from typing import Any

import pytest

from models.filter.compile import Leaf
from models.filter.tree import Absent, AnyOf, Compare, Literal, Matches, Operator, Present, Within
from resolvers.explain.leaf_text import expected_value, leaf_text, literal_value

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
TURNOVER = ("mixins", "shop", "turnover")
ORDER = ("mixins", "shop", "lastOrderAt")
HUNDRED = Literal("100", quoted=False)


@pytest.mark.parametrize(
    ("leaf", "seen", "holds", "text"),
    [
        (Compare(TURNOVER, Operator.AT_LEAST, HUNDRED), 99, False, "The turnover is 99, not at least 100."),
        (Compare(TURNOVER, Operator.EQUAL, HUNDRED), 100, True, "The turnover is 100."),
        (
            Compare(TURNOVER, Operator.EQUAL, HUNDRED),
            [1, 100],
            True,
            "The turnover are 1, 100, including 100.",
        ),
        (Compare(TURNOVER, Operator.LESS, HUNDRED), None, False, "There is no turnover."),
        (
            Compare(ORDER, Operator.GREATER, Literal("2026-01-01")),
            "2026-01-10",
            True,
            "The last order was on 2026-01-10, after 2026-01-01.",
        ),
        (
            Within(ORDER, Literal("now-P30D"), Literal("now")),
            "2026-01-10",
            True,
            "The last order was on 2026-01-10, within the last 30 days.",
        ),
        (
            Compare(ORDER, Operator.LESS, Literal("now-P1Y")),
            "2026-03-01",
            False,
            "The last order is on 2026-03-01, not before 1 year ago, 2025-02-01 12:00 UTC.",
        ),
        (
            AnyOf(("email",), (Literal("a"), Literal("b"))),
            "c",
            False,
            "The email is c, not one of a, b.",
        ),
        (Matches(("lastName",), "^M"), "Meier", True, "The last name is Meier, a match of ^M."),
        (Present(("email",)), "a", True, "There is a value for the email: a."),
        (
            Compare(("legalEntity", "name"), Operator.EQUAL, Literal("Acme")),
            "Globex",
            False,
            "The name of the legal entity is Globex, not Acme.",
        ),
        (
            Compare(("inSegment",), Operator.EQUAL, Literal("gold")),
            None,
            False,
            "The customer is not in the segment gold.",
        ),
        (
            AnyOf(("inSegment",), (Literal("gold"), Literal("silver"))),
            None,
            True,
            "The customer is in one of the segments gold, silver.",
        ),
    ],
)
def test_a_condition_is_a_sentence(leaf: Leaf, seen: Any, text: str, *, holds: bool) -> None:
    assert leaf_text(leaf, seen, holds=holds, now=NOW, zone=UTC) == text


def test_many_and_long_values_are_cut() -> None:
    leaf = AnyOf(("id",), tuple(Literal(f"c{number}") for number in range(7)))
    assert leaf_text(leaf, "x" * 101, holds=False, now=NOW, zone=UTC) == (
        f"The id is {'x' * 100}…, not one of c0, c1, c2, c3, c4 and 2 more."
    )


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (Compare(TURNOVER, Operator.EQUAL, HUNDRED), 100),
        (Compare(TURNOVER, Operator.AT_LEAST, HUNDRED), {"gte": 100}),
        (AnyOf(TURNOVER, (HUNDRED, Literal("100"))), [100, "100"]),
        (Within(ORDER, Literal("now-P30D"), Literal("now")), {"withinLast": "P30D"}),
        (Within(ORDER, Literal("now"), Literal("now+P1W")), {"withinNext": "P1W"}),
        (Matches(TURNOVER, "^1"), {"matches": "^1"}),
        (Present(TURNOVER), {"exists": True}),
        (Absent(TURNOVER), {"exists": False}),
    ],
)
def test_the_expected_value(leaf: Leaf, expected: Any) -> None:
    assert expected_value(leaf) == expected


def test_the_value_of_a_literal() -> None:
    assert literal_value(Literal("true", quoted=False)) is True
    assert literal_value(Literal("true")) == "true"
    assert literal_value(Literal("bare", quoted=False)) == "bare"

from typing import Any

import pytest

from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Not,
    Operator,
    Or,
    Present,
    Some,
    Within,
)
from resolvers.errors import InvalidInput
from resolvers.rules.definition.where import EMPTY, parse_where

TURNOVER = ("mixins", "shop", "turnover")
ANNA = Compare(("firstName",), Operator.EQUAL, Literal("Anna"))


def mixin(**filters: Any) -> dict[str, Any]:
    return {"mixin": {"path": "shop.turnover", **filters}}


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        ({"firstName": {"eq": "Anna"}}, ANNA),
        ({"id": {"in": ["a", "b"]}}, AnyOf(("id",), (Literal("a"), Literal("b")))),
        ({"email": {"isNull": True}}, Absent(("email",))),
        ({"email": {"isNull": False}}, Present(("email",))),
        ({"inSegment": "gold"}, Compare(("inSegment",), Operator.EQUAL, Literal("gold"))),
        (
            {"legalEntity": {"name": {"eq": "Acme"}}},
            Some(("legalEntity",), Compare(("legalEntity", "name"), Operator.EQUAL, Literal("Acme"))),
        ),
        ({"legalEntity": {}}, Some(("legalEntity",), And(()))),
        (mixin(gte=5), Compare(TURNOVER, Operator.AT_LEAST, Literal("5", quoted=False))),
        (mixin(eq=True), Compare(TURNOVER, Operator.EQUAL, Literal("true", quoted=False))),
        (mixin(lt="5"), Compare(TURNOVER, Operator.LESS, Literal("5"))),
        (mixin(exists=False), Absent(TURNOVER)),
        (mixin(withinLast="P30D"), Within(TURNOVER, Literal("now-P30D"), Literal("now"))),
        (mixin(withinNext="PT12H"), Within(TURNOVER, Literal("now"), Literal("now+PT12H"))),
        ({"not": {"firstName": {"eq": "Anna"}}}, Not(ANNA)),
        ({"or": [{"firstName": {"eq": "Anna"}}, {"inSegment": "gold"}]}, None),
        ({"firstName": {"eq": "Anna"}, "email": None}, ANNA),
    ],
)
def test_conditions(where: dict[str, Any], condition: Condition | None) -> None:
    expected = condition or Or((ANNA, Compare(("inSegment",), Operator.EQUAL, Literal("gold"))))
    assert parse_where(where) == expected


@pytest.mark.parametrize(
    ("where", "message", "path"),
    [
        ({}, EMPTY, ("where",)),
        ({"email": {}}, EMPTY, ("where", "email")),
        ({"and": []}, EMPTY, ("where", "and")),
        ({"and": {}}, "A list is expected.", ("where", "and")),
        ([], "An object is expected.", ("where",)),
        ({"email": {"isNull": 1}}, "true or false is expected.", ("where", "email", "isNull")),
        (
            {"email": {"lt": "a"}},
            "There is no such member. Members: eq, in, isNull.",
            ("where", "email", "lt"),
        ),
        (
            {"mixin": {"path": "shop..a", "eq": 1}},
            "The path is the mixin's name and those below it: shop.lastOrder.",
            ("where", "mixin", "path"),
        ),
        (mixin(), EMPTY, ("where", "mixin")),
        (mixin(eq={}), "A text, a number or a boolean is expected.", ("where", "mixin", "eq")),
        (
            mixin(withinLast="30 days"),
            "An ISO 8601 duration of at most 1,000 years is expected: P30D, P1Y6M, PT12H.",
            ("where", "mixin", "withinLast"),
        ),
        ({"or": [{"firstName": {"eq": 5}}]}, "A text is expected.", ("where", "or", 0, "firstName", "eq")),
    ],
)
def test_faults_are_named(where: Any, message: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_where(where)
    assert (refusal.value.message, refusal.value.path) == (message, path)


def test_depth_is_bounded() -> None:
    where: dict[str, Any] = {"firstName": {"eq": "Anna"}}
    for _ in range(20):
        where = {"not": where}
    parse_where(where)
    with pytest.raises(InvalidInput, match="nested 20 deep"):
        parse_where({"not": where})

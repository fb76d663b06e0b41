from typing import Any

import pytest

from models.filter.tree import Absent, AnyOf, Compare, Condition, Literal, Operator, Present, Within
from resolvers.errors import InvalidArgument
from schema.filter.mixin import MixinFilter

PATH = ("mixins",)
ATTRIBUTE = ("mixins", "shop", "turnover")


@pytest.mark.parametrize(
    ("members", "condition"),
    [
        ({"eq": "5"}, Compare(ATTRIBUTE, Operator.EQUAL, Literal("5"))),
        ({"eq": 5}, Compare(ATTRIBUTE, Operator.EQUAL, Literal("5", quoted=False))),
        ({"lte": 2.5}, Compare(ATTRIBUTE, Operator.AT_MOST, Literal("2.5", quoted=False))),
        ({"eq": False}, Compare(ATTRIBUTE, Operator.EQUAL, Literal("false", quoted=False))),
        ({"in_": ["a", 1]}, AnyOf(ATTRIBUTE, (Literal("a"), Literal("1", quoted=False)))),
        ({"within_last": "P1D"}, Within(ATTRIBUTE, Literal("now-P1D"), Literal("now"))),
        ({"exists": True}, Present(ATTRIBUTE)),
        ({"exists": False}, Absent(ATTRIBUTE)),
    ],
)
def test_conditions(members: dict[str, Any], condition: Condition) -> None:
    assert list(MixinFilter(path="shop.turnover", **members).conditions(PATH)) == [condition]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"path": "shop..a"},
            "The path of a mixin filter is the mixin's name and those below it: shop.lastOrder.",
        ),
        ({"path": "a", "eq": {}}, "A mixin filter compares with a text, a number or a boolean."),
        ({"path": "a" * 10_001}, "At most 10000 characters are expected."),
    ],
)
def test_filters_at_fault(members: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        list(MixinFilter(**members).conditions(PATH))
    assert (refusal.value.message, refusal.value.path) == (message, ("where",))

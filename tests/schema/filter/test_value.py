from datetime import UTC, datetime

import pytest

from models.filter.moment import moment
from models.filter.tree import Absent, AnyOf, Compare, Condition, Literal, Operator, Present, Within
from resolvers.errors import InvalidArgument
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter, StringFilter, within
from schema.vocabulary.enums import SegmentStatus

PATH = ("id",)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "conditions"),
    [
        (IDFilter(eq="a"), [Compare(PATH, Operator.EQUAL, Literal("a"))]),  # type: ignore[arg-type]
        (StringFilter(in_=["a", "b"]), [AnyOf(PATH, (Literal("a"), Literal("b")))]),
        (StringFilter(in_=[]), [AnyOf(PATH, ())]),
        (StringFilter(is_null=True), [Absent(PATH)]),
        (IDFilter(is_null=False), [Present(PATH)]),
        (EnumFilter(eq=SegmentStatus.ACTIVE), [Compare(PATH, Operator.EQUAL, Literal("ACTIVE"))]),
        (EnumFilter(in_=[SegmentStatus.INACTIVE]), [AnyOf(PATH, (Literal("INACTIVE"),))]),
        (DateTimeFilter(gte=MAY), [Compare(PATH, Operator.AT_LEAST, Literal("2026-05-01T00:00:00.000Z"))]),
        (DateTimeFilter(lt=moment("now-P1D")), [Compare(PATH, Operator.LESS, Literal("now-P1D"))]),  # type: ignore[arg-type]
        (DateTimeFilter(within_last="P30D"), [Within(PATH, Literal("now-P30D"), Literal("now"))]),
        (DateTimeFilter(within_next="PT1H"), [Within(PATH, Literal("now"), Literal("now+PT1H"))]),
        (StringFilter(), []),
    ],
)
def test_conditions(value: StringFilter, conditions: list[Condition]) -> None:
    assert list(value.conditions(PATH)) == conditions


def test_lists_and_texts_are_bounded() -> None:
    with pytest.raises(InvalidArgument):
        list(StringFilter(in_=["a"] * 10_001).conditions(PATH))
    with pytest.raises(InvalidArgument):
        list(StringFilter(eq="a" * 10_001).conditions(PATH))


def test_other_texts_are_no_durations() -> None:
    with pytest.raises(InvalidArgument) as refusal:
        list(within(PATH, "30 days", None))
    assert refusal.value.message == (
        "'30 days' is not a duration. Write one of ISO 8601 of at most 1,000 years: P30D, P1Y6M, PT12H."
    )

import pytest

from resolvers.errors import InvalidInput
from resolvers.rules.definition.times import check_time


@pytest.mark.parametrize("text", ["2026-02-28", "2026-02-28T10:00:00Z", "26-02-30", "gold", "2026-02", ""])
def test_times_and_other_texts_pass(text: str) -> None:
    check_time(text, ("q",))


@pytest.mark.parametrize(
    "text", ["2026-02-30", "12026-02-01", "-2026-02-01", "2026-02-28 noon", "2026-13-01T"]
)
def test_a_text_like_a_date_has_to_be_one(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_time(text, ("q",))
    assert refusal.value.message == f"{text!r} is not a time: a year has four digits, a month has its days."
    assert refusal.value.path == ("q",)

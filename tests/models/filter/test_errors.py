import pytest

from models.filter.errors import (
    LONGEST_QUOTE,
    CursorError,
    FilterError,
    SortError,
    require_storable,
    shortened,
)


def test_a_long_text_is_quoted_in_part() -> None:
    assert shortened("a" * LONGEST_QUOTE) == "a" * 80
    assert shortened("a" * (LONGEST_QUOTE + 1)) == "a" * 80 + "…"


@pytest.mark.parametrize("text", ["", "a", "é😀", "\x01"])
def test_a_storable_text_is_returned(text: str) -> None:
    assert require_storable(text) is text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\x00b", "The character U+0000 is not allowed."),
        ("\ud83d", "The text is not valid Unicode."),
        ("é\udfff", "The text is not valid Unicode."),
    ],
)
def test_a_text_that_no_database_stores(text: str, message: str) -> None:
    with pytest.raises(FilterError) as refusal:
        require_storable(text, key="name", position=5)
    assert (refusal.value.message, refusal.value.key, refusal.value.position) == (message, "name", 5)


def test_errors_of_orders_and_cursors_are_errors_of_filters() -> None:
    assert issubclass(SortError, FilterError)
    assert issubclass(CursorError, FilterError)

from dataclasses import replace
from typing import Any, cast

import pytest

from resolvers.errors import InvalidArgument
from resolvers.reading.page import Page, Window, keyset


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ({}, Window(20)),
        ({"first": 0}, Window(0)),
        ({"first": 5, "after": "c"}, Window(5, after="c")),
        ({"last": 5, "before": "c"}, Window(5, before="c", from_back=True)),
    ],
)
def test_windows(arguments: dict[str, Any], window: Window) -> None:
    assert keyset(**arguments, maximum=100) == window


def test_the_default_is_no_more_than_the_maximum() -> None:
    assert keyset(maximum=10) == Window(10)


@pytest.mark.parametrize(
    ("arguments", "message", "path"),
    [
        ({"first": 1, "last": 1}, "Ask for the first or for the last rows, not for both.", ("last",)),
        ({"first": -1}, "first is a number from 0 to 1,000.", ("first",)),
        ({"last": 1_001}, "last is a number from 0 to 1,000.", ("last",)),
        ({"before": "c" * 1_000_000}, None, ("before",)),
    ],
)
def test_arguments_at_fault(arguments: dict[str, Any], message: str | None, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        keyset(**arguments, maximum=1_000)
    assert refusal.value.path == path
    assert message is None or refusal.value.message == message


def test_a_row_beyond_the_limit_says_that_there_are_more() -> None:
    page = Page(Window(2), cast("Any", None), cast("Any", None))
    rows = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert [row["id"] for row in page.with_rows(rows).rows] == ["a", "b"]
    assert page.with_rows(rows).has_more
    assert not page.with_rows(rows[:2]).has_more
    from_back = replace(page, window=Window(2, from_back=True))
    assert [row["id"] for row in from_back.with_rows(rows).rows] == ["b", "a"]

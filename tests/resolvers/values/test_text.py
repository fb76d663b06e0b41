from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.values.json_text import read_json
from resolvers.values.text import (
    INEXACT,
    JSON_DEPTH,
    checked_id,
    checked_json,
    checked_json_object,
    checked_segment_id,
    checked_text,
    is_storable,
    require_short,
    require_short_site,
    same_json,
)


@pytest.mark.parametrize(
    ("text", "storable"), [("a", True), ("é😀", True), ("a\x00", False), ("\ud83d", False), ("", True)]
)
def test_storable_texts(text: str, *, storable: bool) -> None:
    assert is_storable(text) is storable


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "A text is expected."),
        ("a\x00", "The text holds a character that cannot be stored (U+0000 or a lone surrogate)."),
        ("a" * 11, "The text is longer than 10 characters."),
    ],
)
def test_texts_at_fault(value: Any, message: str) -> None:
    assert checked_text("a" * 10, ("name",), length=10) == "a" * 10
    with pytest.raises(InvalidInput) as refusal:
        checked_text(value, ("name",), length=10)
    assert (refusal.value.message, refusal.value.path) == (message, ("name",))


@pytest.mark.parametrize("segment_id", ["a", "A.b_c:d~e-1", "g" * 128, "..."])
def test_ids_of_segments(segment_id: str) -> None:
    assert checked_segment_id(segment_id, ("id",)) == segment_id


@pytest.mark.parametrize("segment_id", ["", "g" * 129, "a b", "é", ".", "..", "bulk", "me", None])
def test_ids_of_segments_at_fault(segment_id: Any) -> None:
    with pytest.raises(InvalidInput):
        checked_segment_id(segment_id, ("id",))


@pytest.mark.parametrize(
    ("value", "is_id"),
    [("a b", True), ("é", True), ("a/b", False), ("a\x1f", False), ("\ud83d", False), ("", False)],
)
def test_ids_of_other_systems(value: str, *, is_id: bool) -> None:
    if is_id:
        assert checked_id(value, ("id",)) == value
        return
    with pytest.raises(InvalidInput):
        checked_id(value, ("id",))


def test_arguments_are_short() -> None:
    require_short(["a" * 255], ("id",))
    require_short_site(None)
    with pytest.raises(InvalidArgument, match=r"At most 255 characters are expected\."):
        require_short(["a" * 256], ("id",))
    with pytest.raises(InvalidArgument) as refusal:
        require_short_site("s" * 257)
    assert refusal.value.path == ("siteCode",)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ({"b": 1, "a": [True, None]}, {"a": [True, None], "b": 1}),
        (2.0, 2),
        (1e18, 10**18),
        (0.5, 0.5),
    ],
)
def test_canonical_json(value: Any, canonical: Any) -> None:
    checked = checked_json(value, ())
    assert checked == canonical
    assert repr(checked) == repr(canonical)


@pytest.mark.parametrize(
    ("value", "message", "path"),
    [
        ({"a": [2**63]}, "The number is too large: whole numbers have 64 bits.", ("a", 0)),
        ({"a": inf}, "The number is not finite.", ("a",)),
        ({"a": {1}}, "A JSON value is expected.", ("a",)),
        (
            {"a": "\x00"},
            "The text holds a character that cannot be stored (U+0000 or a lone surrogate).",
            ("a",),
        ),
        (read_json(b'{"a": 0.1000000000000000055511151231257827021181583404541015626}'), INEXACT, ("a",)),
    ],
)
def test_json_at_fault(value: Any, message: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_json(value, ())
    assert (refusal.value.message, refusal.value.path) == (message, path)


def test_depth_and_size_are_bounded() -> None:
    value: Any = 1
    for _ in range(JSON_DEPTH - 1):
        value = [value]
    checked_json(value, ())
    with pytest.raises(InvalidInput, match="nested deeper than 100 levels"):
        checked_json([[value]], ())
    with pytest.raises(InvalidInput, match=r"The object is larger than 262,144 bytes\."):
        checked_json_object({"a": ["b" * 200_000, "c" * 62_200]}, ("mixins",))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text("abé", max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abc"), inner, max_size=3)),
    max_leaves=8,
)


@given(json_values)
def test_what_is_canonical_stays_the_same(value: Any) -> None:
    canonical = checked_json(value, ())
    assert same_json(canonical, value)
    assert repr(checked_json(canonical, ())) == repr(canonical)


def test_numbers_of_another_type_differ() -> None:
    assert not same_json({"a": 1}, {"a": True})
    assert same_json({"a": 1, "b": 2}, {"b": 2, "a": 1})

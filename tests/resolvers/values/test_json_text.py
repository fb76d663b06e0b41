"""Numbers read exactly or not at all, and limits that are counted before anything is parsed."""

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.values import json_text
from resolvers.values.json_text import (
    LONGEST_NUMBER,
    InexactNumber,
    InvalidJson,
    JsonLimits,
    JsonTooLarge,
    read_json,
)

finite = st.floats(allow_nan=False, allow_infinity=False)


def number(text: str) -> Any:
    [value] = read_json(f"[{text}]".encode())
    return value


@given(finite)
def test_a_double_is_read_however_many_digits_it_is_written_with(value: float) -> None:
    exact = Decimal(value)
    texts = [repr(value), f"{value:.17g}", f"{value:.40e}", f"{exact:f}", f"{exact:E}"]
    for text in texts:
        if len(text) <= LONGEST_NUMBER:
            assert number(text) == value, text


@given(st.integers())
def test_a_whole_number_is_read_exactly(value: int) -> None:
    assert number(f"{value}") == value
    assert read_json(f"[{value}, 0.5]".encode()) == [value, 0.5]


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})\.[0-9]{1,30}([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_no_decimal_changes_without_a_word(text: str) -> None:
    """What is read has the text as its shortest decimal, or as its own digits cut to as many."""
    value = number(text)
    if isinstance(value, InexactNumber):
        assert value.text == text
        return
    written = Decimal(text)
    unit = Decimal(1).scaleb(int(written.as_tuple().exponent))
    assert written == Decimal(repr(value)) or abs(Decimal(value) - written) <= unit / 2


@pytest.mark.parametrize(
    "text",
    [
        "1e309",
        "-1e309",
        "1E400",
        "1e999999999999999999999",
        "1e-400",
        "9007199254740993.0",
        "1234567890123456.7",
        "0.3333333333333333333333",
        "9" * (LONGEST_NUMBER + 1),
        "0." + "9" * LONGEST_NUMBER,
    ],
)
def test_a_number_that_would_change_is_told_apart(text: str) -> None:
    assert number(text) == InexactNumber(text)


@pytest.mark.parametrize("zero", ["0.0", "-0.0", "0e5", "0.000000000000000000000000", "-0.0E-999"])
def test_zero_is_zero(zero: str) -> None:
    assert number(zero) == 0


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_any_json_is_read(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(orjson.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1.5",
        b"[1e400",
        b'["\\ud800", 1]',
        b"[NaN]",
        b"[Infinity, 1e400]",
        b"[1.5, 01]",
        b"[\xff]",
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidJson) as refusal:
        read_json(text)
    assert refusal.type is InvalidJson
    assert " (character " in str(refusal.value)


SMALL = JsonLimits(depth=4, values=10, objects=3)
TOO_MANY = "JSON may have 10 names and values, and 3 objects, no more."
TOO_DEEP = "JSON may be nested 4 levels deep, no more."


@pytest.mark.parametrize(
    "text",
    [
        b"[1,2,3,4,5,6,7,8,9]",
        b'{"a":1,"b":2,"c":3,"d":[]}',
        b'["[[[[[,,,,,,,,:::::{{{{{","\\",,,,,,,,,,\\\\",",,,,,,,,,,"]',
        b'[[],{},[{}],{"a":"b"}]',
        b"[[[[]]]]",
        b"[ [ ] , { } , 1.5 ]",
        b'["", "\\"", "\\\\", "\\\\\\"", "a\\"b,c"]',
    ],
)
def test_as_much_as_is_allowed_is_read(text: bytes) -> None:
    assert read_json(text, SMALL) == orjson.loads(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[1,2,3,4,5,6,7,8,9,0]", TOO_MANY),
        (b'{"a":1,"b":2,"c":3,"d":[4,5]}', TOO_MANY),
        (b"[{},{},{},{}]", TOO_MANY),
        (b'["","","","","","","","","",""]', TOO_MANY),
        (b"[[[[[]]]]]", TOO_DEEP),
        (b'{"a":{"b":[[[]]]}}', TOO_DEEP),
        (b"[" * 1_000, TOO_MANY),
        (b'"' * 1_000, TOO_MANY),
    ],
)
def test_more_is_refused_before_it_is_parsed(text: bytes, message: str) -> None:
    with pytest.raises(JsonTooLarge) as refusal:
        read_json(text, SMALL)
    assert str(refusal.value) == message


@given(st.recursive(st.integers(0, 9) | st.text('\\",:[]{} a', max_size=5),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('",a'), inner),
                    max_leaves=12), st.integers(1, 20))  # fmt: skip
def test_the_count_is_that_of_the_parsed_value(value: Any, piece: int) -> None:
    text = json.dumps(value, indent=1).encode()
    values, objects = count(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "SLICE", piece)
        assert read_json(text, JsonLimits(100, values, objects)) == value
        for less in (JsonLimits(100, values - 1, objects), JsonLimits(100, values, objects - 1)):
            with pytest.raises(JsonTooLarge):
                read_json(text, less)


def count(value: Any) -> tuple[int, int]:
    if isinstance(value, dict):
        parts = [count(one) for one in value.values()]
        return 1 + len(value) + sum(one for one, _ in parts), 1 + sum(one for _, one in parts)
    if isinstance(value, list):
        parts = [count(one) for one in value]
        return 1 + sum(one for one, _ in parts), sum(one for _, one in parts)
    return 1, 0

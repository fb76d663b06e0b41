import base64
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.filter.errors import CursorError
from models.sql.cursor import Beginning, Value, binding_of, decode_cursor, encode_cursor
from models.sql.ordering import Languages, order_terms, parse_sort
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS

ENGLISH = Languages(("en",)).shape
NOON = datetime(2024, 5, 1, 12, 0, 0, 5000, tzinfo=UTC)
EVERYTHING = order_terms(
    parse_sort("name,metadata.version,metadata.createdAt,validity.to,mixins.m.v"),
    SEGMENTS,
    "sqlite",
    ENGLISH,
)
VALUES: tuple[Value, ...] = ("Ä", 3, NOON, None, 3, 0.5, "", "id")


def forged(content: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


def test_a_cursor_gives_back_what_was_put_in() -> None:
    assert decode_cursor(encode_cursor("b", VALUES, EVERYTHING), "b", EVERYTHING) == VALUES


def test_a_cursor_is_url_safe_text() -> None:
    cursor = encode_cursor("b", VALUES, EVERYTHING)
    assert cursor == forged(["b", ["Ä", 3, "2024-05-01T12:00:00.005Z", None, 3, 0.5, "", "id"]])
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.tuples(*(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=100),) * 1))
def test_any_text_makes_the_round_trip(values: tuple[str]) -> None:
    by_id = order_terms((), SEGMENTS, "sqlite", ENGLISH)
    assert decode_cursor(encode_cursor("b", values, by_id), "b", by_id) == values


def replaced(index: int, value: Any) -> str:
    written = ["Ä", 3, "2024-05-01T12:00:00.005Z", None, 3, 0.5, "", "id"]
    written[index] = value
    return forged(["b", written])


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "é",
        "====",
        "a",
        "AAAA",
        "W10*",
        forged({}),
        forged([]),
        forged(["b", []]),
        forged(["b", [*"abcdefgh"], 1]),
        replaced(0, 1),
        replaced(0, "\x00"),
        replaced(1, None),
        replaced(1, "3"),
        replaced(1, True),
        replaced(1, 1.0),
        replaced(1, 2**63),
        replaced(2, "soon"),
        replaced(2, 3),
        replaced(2, "2024-05-01T12:00:00"),
        replaced(2, "0001-01-01T00:00:00+14:00"),
        replaced(3, False),
        replaced(4, 2**64 - 1),
        replaced(5, True),
        replaced(5, None),
        replaced(7, None),
        base64.urlsafe_b64encode(
            b'["b",["\\ud800",3,"2024-05-01T12:00:00.005Z",null,3,0.5,"","i"]]'
        ).decode(),
        base64.urlsafe_b64encode(b'["b",["A",3,"2024-05-01T12:00:00.005Z",null,3,1e999,"","id"]]').decode(),
        base64.urlsafe_b64encode(b'["b",["A",1' + b"0" * 99 + b',"2024-05-01",null,3,0,"","id"]]').decode(),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
        "A" * 4097,
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(cursor, "b", EVERYTHING)


@given(st.text())
def test_any_text_as_a_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(cursor, "b", EVERYTHING)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(CursorError, match="belongs to another list"):
        decode_cursor(
            encode_cursor(binding_of("segments", "q"), VALUES, EVERYTHING),
            binding_of("segments", "r"),
            EVERYTHING,
        )


LONG_TEXTS = ("x" * 4_000, "😀" * 770, "\x01" * 9_999, '"' * 5_000, "é" * 10_000)


@pytest.mark.parametrize("text", LONG_TEXTS)
def test_a_cursor_holds_the_beginning_of_a_long_text(text: str) -> None:
    cursor = encode_cursor("b", [text, *VALUES[1:]], EVERYTHING)
    assert 3_800 < len(cursor) <= 4_096
    beginning, *others = decode_cursor(cursor, "b", EVERYTHING)
    assert isinstance(beginning, Beginning)
    assert text.startswith(beginning.text)
    assert tuple(others) == VALUES[1:]


@pytest.mark.parametrize("text", LONG_TEXTS)
def test_a_cursor_is_short_though_all_its_values_are_long(text: str) -> None:
    sort = ",".join(f"mixins.m.v{number}" for number in range(10))
    ordering = order_terms(parse_sort(sort), CUSTOMER_ASSIGNMENTS, "sqlite", ENGLISH)
    of_a_mixin: list[Value] = [4, 0.1234567890123456, text]
    values = [*of_a_mixin * 10, "😀" * 128, "😀" * 128]
    cursor = encode_cursor("b", values, ordering)
    assert len(cursor) <= 4_096
    decoded = decode_cursor(cursor, "b", ordering)
    assert decoded[-2:] == ("😀" * 128, "😀" * 128), "keys are whole"
    assert all(isinstance(value, Beginning) and len(value.text) > 20 for value in decoded[2:-2:3])


def test_a_short_text_is_whole_though_another_is_long() -> None:
    ordering = order_terms(parse_sort("name,siteCode"), SEGMENTS, "sqlite", ENGLISH)
    name, site, id_ = decode_cursor(encode_cursor("b", ["x" * 9_000, "main", "id"], ordering), "b", ordering)
    assert name == Beginning("x" * 1_525)
    assert (site, id_) == ("main", "id")


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 7])
def test_only_texts_that_are_no_key_can_be_beginnings(place: int) -> None:
    with pytest.raises(CursorError):
        decode_cursor(replaced(place, ["x"]), "b", EVERYTHING)


@pytest.mark.parametrize("value", [[], ["x", "y"], [1], [["x"]], ["\x00"], {"x": "y"}])
def test_what_is_no_beginning_is_refused(value: Any) -> None:
    with pytest.raises(CursorError):
        decode_cursor(replaced(0, value), "b", EVERYTHING)


def test_the_parts_of_a_binding_do_not_run_together() -> None:
    assert binding_of("ab", "c") != binding_of("a", "bc")
    assert binding_of("ab", "c") == binding_of("ab", "c")
    assert len(binding_of("ab", "c")) == 12

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.changes.cursor import LONGEST_CURSOR, NO_RECORD, CursorSeal, Position, cursor_of_write
from resolvers.errors import ChangesOff, InvalidArgument

SEAL = CursorSeal(b"a secret that only the tests know")


NUMBERS = st.integers(0, 2**63)


@given(st.text("0123456789abcdef", max_size=32), NUMBERS, st.just(0) | NUMBERS)
def test_a_cursor_is_its_position(epoch: str, seq: int, writes: int) -> None:
    position = Position(epoch, seq, writes)
    cursor = SEAL.cursor("shop", position)
    assert SEAL.position("shop", cursor) == position
    assert len(cursor) <= LONGEST_CURSOR


@given(st.text(max_size=LONGEST_CURSOR + 1))
def test_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"This is not a cursor of changes\.") as refusal:
        SEAL.position("shop", text)
    assert refusal.value.path == ("after",)


def test_a_cursor_belongs_to_its_tenant_and_secret() -> None:
    cursor = SEAL.cursor("shop", NO_RECORD)
    assert cursor == SEAL.cursor("shop", Position("", 0))
    for seal, tenant in ((SEAL, "other"), (CursorSeal(b"another secret"), "shop")):
        with pytest.raises(InvalidArgument):
            seal.position(tenant, cursor)


def test_without_a_secret_there_are_no_cursors() -> None:
    with pytest.raises(ChangesOff):
        CursorSeal(b"")


def test_a_write_with_records_has_the_cursor_of_its_last_change() -> None:
    secret, position = b"a secret that only the tests know", Position("0123abcd", 7)
    assert cursor_of_write("shop", position, secret) == SEAL.cursor("shop", position)
    assert cursor_of_write("shop", Position("0123abcd", 7, 1), secret) != SEAL.cursor("shop", position)


def test_there_is_no_cursor_without_a_write_or_a_secret() -> None:
    assert cursor_of_write("shop", None, b"a secret that only the tests know") is None
    assert cursor_of_write("shop", Position("0123abcd", 1), b"") is None


@pytest.mark.parametrize(
    ("head", "earlier", "includes"),
    [
        (Position("a", 5), Position("a", 5), True),
        (Position("a", 6, 2), Position("a", 5, 2), True),
        (Position("a", 5), Position("a", 6), False),
        (Position("a", 5, 1), Position("a", 5, 2), False),
        (Position("a", 6, 1), Position("a", 5, 2), False),
        (Position("a", 5), Position("b", 5), False),
        (Position("a", 5), NO_RECORD, True),
        (NO_RECORD, NO_RECORD, True),
        (NO_RECORD, Position("a", 0, 1), False),
    ],
)
def test_a_head_includes_what_is_not_later(head: Position, earlier: Position, *, includes: bool) -> None:
    assert head.includes(earlier) is includes

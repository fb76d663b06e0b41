import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.changes.cursor import LONGEST_CURSOR, NO_RECORD, CursorSeal, Position
from resolvers.errors import ChangesOff, InvalidArgument

SEAL = CursorSeal(b"a secret that only the tests know")


@given(st.text("0123456789abcdef", max_size=32), st.integers(0, 2**63))
def test_a_cursor_is_its_position(epoch: str, seq: int) -> None:
    position = Position(epoch, seq)
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

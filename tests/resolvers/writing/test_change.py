from typing import Any

from resolvers.writing.change import Rows
from resolvers.writing.command import Effect

GOLD: dict[str, Any] = {"id": "gold", "version": 1}
CHANGED: dict[str, Any] = {"id": "gold", "version": 2}


def test_each_put_has_an_effect() -> None:
    rows = Rows([("gold",)], {("gold",): GOLD})
    effects = [
        rows.put(("gold",), GOLD).effect,
        rows.put(("gold",), CHANGED).effect,
        rows.put(("gold",), None).effect,
        rows.put(("gold",), None).effect,
        rows.put(("gold",), GOLD).effect,
    ]
    assert effects == [Effect.UNCHANGED, Effect.UPDATED, Effect.DELETED, Effect.UNCHANGED, Effect.CREATED]


def test_differences_are_in_key_order_and_once_for_each_row() -> None:
    rows = Rows([("bronze",), ("gold",), ("same",)], {("gold",): GOLD, ("same",): {"id": "same"}})
    new: dict[str, Any] = {"id": "bronze"}
    rows.put(("gold",), CHANGED)
    rows.put(("gold",), None)
    rows.put(("bronze",), new)
    assert list(rows.differences()) == [(None, new), (GOLD, None)]
    assert rows.before[("gold",)] is GOLD
    assert rows.get(("gold",)) is None


def test_a_row_that_comes_and_goes_makes_no_difference() -> None:
    rows = Rows([("gold",)], {})
    rows.put(("gold",), GOLD)
    rows.put(("gold",), None)
    assert list(rows.differences()) == []

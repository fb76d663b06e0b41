"""Which rules look at what has changed."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from models.tables.reference import customer
from resolvers.rules.definition.paths import ALL, PathIndex, coarse
from resolvers.rules.upkeep.touched import Touched
from resolvers.writing.change import Cause, Change

PATHS = ["".join(one) for one in product(["a", "ab"], ["", ".b", ".bc"], ["", ".c"])]


def meets(one: str, other: str) -> bool:
    return ALL in (one, other) or f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


@given(st.lists(st.sampled_from(PATHS)), st.lists(st.sampled_from([*PATHS, ALL])))
def test_paths_meet_above_and_below(looked_at: list[str], changed: list[str]) -> None:
    index = PathIndex((path, path) for path in looked_at)
    assert index.meeting(changed) == {one for one in looked_at if any(meets(one, other) for other in changed)}


def test_what_changes_is_told_to_the_member_of_a_mixin() -> None:
    before = {"shop": {"turnover": 1, "tags": {"a": {"b": 1}}, "gone": 1, "same": [1]}, "old": {}}
    after = {"shop": {"turnover": True, "tags": {"a": {"b": 2}}, "same": [1]}, "new": 1}
    touched = Touched()
    row = {"tenant": "t", "id": "c", "first_name": None, "last_name": None, "email": None}
    rows = {**row, "mixins": before}, {**row, "email": "x", "mixins": after}
    touched.add([Change(customer, *rows, Cause.MANUAL)])
    shop = {f"mixins.shop.{name}" for name in ("turnover", "tags", "gone")}
    assert touched.customers == {"c": {"email", "mixins.old", "mixins.new", *shop}}
    assert {coarse(path) for path in shop} == {"mixins.shop"}
    assert coarse("legalEntity.mixins.shop.size") == "legalEntity.mixins.shop"
    assert coarse("inSegment:mixins.a.b") == "inSegment:mixins.a.b"

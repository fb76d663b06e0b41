"""Which rules look at what has changed."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.definition.paths import ALL, PathIndex, coarse

PATHS = ["".join(one) for one in product(["a", "ab"], ["", ".b", ".bc"], ["", ".c"])]


def meets(one: str, other: str) -> bool:
    return ALL in (one, other) or f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


@given(st.lists(st.sampled_from(PATHS)), st.lists(st.sampled_from([*PATHS, ALL])))
def test_paths_meet_above_and_below(looked_at: list[str], changed: list[str]) -> None:
    index = PathIndex((path, path) for path in looked_at)
    assert index.meeting(changed) == {one for one in looked_at if any(meets(one, other) for other in changed)}


def test_a_path_into_a_mixin_is_coarse() -> None:
    assert coarse("mixins.shop.turnover") == "mixins.shop"
    assert coarse("legalEntity.mixins.shop.size") == "legalEntity.mixins.shop"
    assert coarse("inSegment:mixins.a.b") == "inSegment:mixins.a.b"
    assert coarse("email") == "email"

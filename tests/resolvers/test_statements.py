"""What is kept is bounded, and what is asked for stays."""

from hypothesis import given
from hypothesis import strategies as st

from resolvers.statements import Statements


def test_what_was_built_is_not_built_again() -> None:
    statements = Statements(size=2)
    made = [statements.get(key, object) for key in ("a", "b", "a")]
    assert made[0] is made[2]
    assert made[0] is not made[1]


def test_what_is_asked_for_outlives_what_is_not() -> None:
    statements = Statements(size=3)
    kept = statements.get("kept", object)
    for number in range(100):
        statements.get(number, object)
        assert statements.get("kept", object) is kept
    assert len(statements) == 3


def test_what_is_new_is_kept_among_things_that_are_all_asked_for() -> None:
    statements = Statements(size=3)
    for key in "abcabc":
        statements.get(key, object)
    new = statements.get("new", object)
    assert statements.get("new", object) is new


@given(st.lists(st.integers(0, 9)))
def test_no_more_than_the_size_is_kept_and_never_anothers(keys: list[int]) -> None:
    statements = Statements(size=4)
    for key in keys:
        assert statements.get(key, lambda key=key: -key) == -key  # type: ignore[misc]  # mypy cannot infer it
        assert len(statements) <= 4

"""The property behind `fields`: a selection shows what was asked for, and nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rest_compat.wire.fields import parse_fields, selected

names = st.sampled_from(["a", "b", "c", "d"])
documents = st.dictionaries(
    names, st.recursive(st.integers(), lambda inner: st.dictionaries(names, inner, min_size=1)), max_size=4
)
paths = st.lists(st.lists(names, min_size=1, max_size=4).map(tuple), min_size=1, max_size=6)


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if not isinstance(value, dict):
        return {path: value}
    return {
        leaf: found for name, inner in value.items() for leaf, found in leaves(inner, (*path, name)).items()
    }


@given(documents, paths)
def test_exactly_the_leaves_at_or_below_a_selected_path_are_shown(
    document: dict[str, Any], wanted: list[tuple[str, ...]]
) -> None:
    selection = parse_fields(",".join(".".join(path) for path in wanted))
    assert selection is not None
    expected = {
        leaf: value
        for leaf, value in leaves(document).items()
        if any(leaf[: len(path)] == path for path in wanted)
    }
    assert leaves(selected(document, selection)) == expected


@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    selection = parse_fields(text)
    assert selection is None or selected({"id": 1}, selection) in ({}, {"id": 1})

from typing import Any

import pytest

from resolvers.category_tree import MAXIMUM_LEVELS, CategoryNode, _forest


def row(category_id: str, parent_id: str | None = None, position: int | None = None) -> dict[str, Any]:
    return {
        "branch_id": category_id,
        "id": category_id,
        "parent_id": parent_id,
        "code": None,
        "position": position,
        "is_segment_assigned": False,
    }


def shape(nodes: list[CategoryNode]) -> list[Any]:
    return [(node.id, shape(node.subcategories)) if node.subcategories else node.id for node in nodes]


def test_siblings_are_in_order_of_position_and_id() -> None:
    rows = [row("root"), row("b", "root"), row("a", "root"), row("last", "root", 9), row("first", "root", 1)]
    assert shape(_forest(rows)) == [("root", ["first", "last", "a", "b"])]


def test_an_unknown_category_is_shown_only_where_it_is_assigned() -> None:
    unknown = {**row("gone"), "id": None, "is_segment_assigned": True}
    branch = {**row("parent"), "id": None}
    [node] = _forest([unknown, branch])
    assert (node.id, node.row, node.code, node.parent_id) == ("gone", None, "gone", None)


@pytest.mark.parametrize(("code", "shown"), [("C1", "C1"), (" ", "saws"), ("", "saws"), (None, "saws")])
def test_a_blank_code_is_the_id(code: str | None, shown: str) -> None:
    assert CategoryNode("saws", {**row("saws"), "code": code}, is_segment_assigned=False).code == shown


def test_a_circle_begins_at_its_first_id() -> None:
    rows = [row("c", "b"), row("b", "a"), row("a", "c"), row("x", "c")]
    assert shape(_forest(rows)) == [("a", [("b", [("c", ["x"])])])]


def test_a_deep_tree_continues_as_another_one() -> None:
    rows = [row("n000")] + [row(f"n{level:03}", f"n{level - 1:03}") for level in range(1, MAXIMUM_LEVELS + 1)]
    first, second = _forest(rows)
    assert (first.id, first.continues) == ("n000", None)
    assert (second.id, second.continues) == ("n100", "n099")

import pytest

from models.filter.tree import (
    And,
    Compare,
    Condition,
    Literal,
    NameParameter,
    Not,
    Operator,
    Or,
    Path,
    Present,
    Some,
    with_paths,
    written,
)

LEAF = Present(("mixins", "a"))


def test_a_parameter_equals_no_name() -> None:
    parameter = NameParameter("name_0", "colour")
    assert parameter != "name_0"
    assert parameter == NameParameter("name_0", "size")
    assert hash(parameter) == hash(NameParameter("name_0", "size"))
    assert len({parameter, "name_0"}) == 2


def test_a_path_is_shown_as_the_client_wrote_it() -> None:
    assert written(("mixins", NameParameter("name_0", "colour"), "en")) == "mixins.colour.en"


def test_nodes_that_differ_in_position_are_equal() -> None:
    literal = Literal("a")
    assert Compare(("id",), Operator.EQUAL, literal, 1) == Compare(("id",), Operator.EQUAL, literal, 9)
    assert repr(Present(("id",), 7)) == "Present(path=('id',))"


def doubled(path: Path) -> Path:
    return (*path, *path)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (LEAF, Present(("mixins", "a", "mixins", "a"))),
        (Not(LEAF), Not(Present(("mixins", "a", "mixins", "a")))),
        (And((LEAF,)), And((Present(("mixins", "a", "mixins", "a")),))),
        (Or((LEAF,)), Or((Present(("mixins", "a", "mixins", "a")),))),
        (Some(("x",), LEAF), Some(("x",), Present(("mixins", "a", "mixins", "a")))),
    ],
)
def test_each_path_is_changed(condition: Condition, expected: Condition) -> None:
    assert with_paths(condition, doubled) == expected


@pytest.mark.parametrize("condition", [LEAF, Not(LEAF), And((LEAF,)), Or((LEAF,)), Some(("x",), LEAF)])
def test_an_unchanged_condition_is_the_very_same(condition: Condition) -> None:
    assert with_paths(condition, lambda path: path) is condition

import pytest

from schema.engine.limits.amount import Amount, Variables, add, larger, multiply, value_of


def first(variables: Variables) -> int:
    return int(variables["first"])


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        (add(2, 3), 5),
        (multiply(2, 3), 6),
        (larger(2, 3), 3),
        (add(first, 3), 13),
        (multiply(first, 3), 30),
        (multiply(2, add(first, first)), 40),
        (larger(first, 3), 10),
        (larger(30, first), 30),
    ],
)
def test_amounts(amount: Amount, value: int) -> None:
    assert value_of(amount, {"first": 10}) == value


def test_without_variables_an_amount_is_a_number() -> None:
    assert add(first, 0) is add(0, first) is first
    assert multiply(first, 0) == multiply(0, first) == 0

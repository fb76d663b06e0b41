"""Amounts that depend on variables, and their arithmetic."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Variables: TypeAlias = Mapping[str, Any]
Amount: TypeAlias = int | Callable[[Variables], int]
"""A number, or a function of a request's variables."""


def add(left: Amount, right: Amount) -> Amount:
    """The sum of two amounts."""
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    if right == 0:
        return left
    if left == 0:
        return right
    return lambda variables: value_of(left, variables) + value_of(right, variables)


def multiply(left: Amount, right: Amount) -> Amount:
    """The product of two amounts."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    if right == 0 or left == 0:
        return 0
    return lambda variables: value_of(left, variables) * value_of(right, variables)


def larger(left: Amount, right: Amount) -> Amount:
    """The larger of two amounts."""
    if isinstance(left, int) and isinstance(right, int):
        return max(left, right)
    return lambda variables: max(value_of(left, variables), value_of(right, variables))


def value_of(amount: Amount, variables: Variables) -> int:
    """The number for these variables."""
    return amount if isinstance(amount, int) else amount(variables)

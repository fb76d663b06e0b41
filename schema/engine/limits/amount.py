"""Numbers that may depend on the variables of a request, and their arithmetic."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Variables: TypeAlias = Mapping[str, Any]
Amount: TypeAlias = int | Callable[[Variables], int]
"""A number, or what it is for the variables of a request."""


def add(one: Amount, other: Amount) -> Amount:
    """The sum of both."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    if other == 0:
        return one
    if one == 0:
        return other
    return lambda variables: value_of(one, variables) + value_of(other, variables)


def multiply(one: Amount, other: Amount) -> Amount:
    """The product of both."""
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if other == 0 or one == 0:
        return 0
    return lambda variables: value_of(one, variables) * value_of(other, variables)


def larger(one: Amount, other: Amount) -> Amount:
    """The larger of both."""
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    return lambda variables: max(value_of(one, variables), value_of(other, variables))


def value_of(amount: Amount, variables: Variables) -> int:
    """The number for these variables."""
    return amount if isinstance(amount, int) else amount(variables)

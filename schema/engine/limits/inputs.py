"""Counts the input objects of variables.

Each of them becomes a Python object with all its members.
"""

from collections.abc import Mapping
from typing import Any


def count_objects(variables: Mapping[str, Any]) -> int:
    """The number of JSON objects in the variables."""
    count = 0
    pending: list[Any] = list(variables.values())
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            count += 1
            pending.extend(value.values())
        elif isinstance(value, list) and not set(map(type, value)).isdisjoint(CONTAINERS):
            pending.extend(value)
    return count


CONTAINERS = frozenset({dict, list})

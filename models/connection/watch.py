"""Observers of running statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeAlias

Watch: TypeAlias = Callable[[str, Any], AbstractContextManager[Any]]
"""A context manager around each statement, made from its SQL and its parameters: a trace, or a test."""


_NOTHING: Final = nullcontext()


def unwatched(_sql: str, _parameters: Any) -> AbstractContextManager[None]:
    """Put nothing around the statement."""
    return _NOTHING

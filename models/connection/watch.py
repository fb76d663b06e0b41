"""Observers of running statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeAlias

Watch: TypeAlias = Callable[[str, Any], AbstractContextManager[Any]]
"""What is put around each statement, given its SQL and its parameters: a trace, or a test that looks on."""


_NOTHING: Final = nullcontext()


def unwatched(_sql: str, _parameters: Any) -> AbstractContextManager[None]:
    """Put nothing around the statement."""
    return _NOTHING

"""Looking on as statements run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

Watch: TypeAlias = Callable[[str, Any], AbstractContextManager[Any]]
"""What is put around each statement, given its SQL and its parameters: a trace, or a test that looks on."""


def unwatched(_sql: str, _parameters: Any) -> AbstractContextManager[None]:
    """Nobody looks on."""
    return nullcontext()

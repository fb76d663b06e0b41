"""Cached statements.

Building a statement takes longer than running it.
"""

from typing import Any, Final, Protocol

from models.cache import Cache, size_of


class Sized(Protocol):
    """An object that can estimate its size in bytes."""

    @property
    def size(self) -> int: ...


def _size_of_statement(key: Any, built: Sized) -> int:
    return size_of(key) + built.size


STATEMENTS: Final = Cache("statements", share=0.26, size_of=_size_of_statement)
"""Lists as SQL, and prepared statements. Each depends only on its key."""

"""Statements that were built before: building one costs more than running it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

Built = TypeVar("Built")


class Statements:
    """The last `size` things that were built."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, build: Callable[[], Built]) -> Built:
        """What is kept under the key, built if there is nothing yet."""
        if key in self._kept:
            self._kept.move_to_end(key)
            kept: Built = self._kept[key]
            return kept
        built = self._kept[key] = build()
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return built


STATEMENTS: Final = Statements(size=1_000)
"""The process's own; what is in it depends on nothing but its key."""

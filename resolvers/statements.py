"""Statements that were built before: building one costs more than running it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Built = TypeVar("Built")


@dataclass(slots=True)
class _Kept:
    """Something that was built, and whether it was asked for again."""

    built: Any
    again: bool = False


class Statements:
    """The `size` things that were built, and asked for again, of late.

    What is asked for again is only marked, and passed over once when the oldest has to go: to move it to
    the end would hash its key, which is a tree, three times where this does once.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, build: Callable[[], Built]) -> Built:
        """What is kept under the key, built if there is nothing yet."""
        kept = self._kept.get(key)
        if kept is None:
            kept = _Kept(build())
            if len(self._kept) >= self._size:
                self._forget_one()
            self._kept[key] = kept
        else:
            kept.again = True
        built: Built = kept.built
        return built

    def _forget_one(self) -> None:
        key, kept = self._kept.popitem(last=False)
        while kept.again:
            kept.again = False
            self._kept[key] = kept
            key, kept = self._kept.popitem(last=False)


STATEMENTS: Final = Statements(size=1_000)
"""The process's own; what is in it depends on nothing but its key."""

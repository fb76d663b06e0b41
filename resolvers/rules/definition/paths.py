"""Paths of values that change, beside paths that rules look at."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final, Generic, TypeVar

Thing = TypeVar("Thing")
LEGAL_ENTITY: Final = "legalEntity"
IN_SEGMENT: Final = "inSegment"
LOADED_INTO: Final = "loadedInto"
"""Before the id of a segment: assignments and exclusions that a data file has decided."""
ALL: Final = "*"
"""In place of a path: a record that is new or gone."""


class PathIndex(Generic[Thing]):
    """Things by the paths that they look at: they are found without a look at each."""

    def __init__(self, pairs: Iterable[tuple[str, Thing]]) -> None:
        self._all: set[Thing] = set()
        self._at: defaultdict[str, set[Thing]] = defaultdict(set)
        self._at_or_below: defaultdict[str, set[Thing]] = defaultdict(set)
        for path, thing in pairs:
            self._all.add(thing)
            self._at[path].add(thing)
            for place in (path, *_above(path)):
                self._at_or_below[place].add(thing)

    def meeting(self, paths: Collection[str]) -> set[Thing]:
        """What looks at values that may have changed where values at the paths have."""
        if ALL in paths:
            return self._all
        things: set[Thing] = set()
        for path in paths:
            things |= self._at_or_below.get(path, set())
            for place in _above(path):
                things |= self._at.get(place, set())
        return things


def _above(path: str) -> Iterator[str]:
    """The beginnings of the path that are paths themselves."""
    end = path.rfind(".")
    while end >= 0:
        yield path[:end]
        end = path.rfind(".", 0, end)


def coarse(path: str) -> str:
    """The path, or the one of the mixin that it leads into."""
    owner, _, names = path.partition("mixins.")
    if names and owner in ("", f"{LEGAL_ENTITY}."):
        return f"{owner}mixins.{names.partition('.')[0]}"
    return path

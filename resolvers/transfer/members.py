"""Finds unknown members in lines of a data file.

Without a report, the value of a misspelt member would be lost.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final

from resolvers.declaration.member import Localized, Member
from resolvers.errors import Path
from resolvers.values.document import Document

MOST_PER_LINE: Final = 20
"""Unknown members reported per line."""
NO_LANGUAGE: Final = re.compile(r"[A-Za-z]{4,8}(-.*)?", re.ASCII)
"""RFC 5646 reserves these for future languages: `language` and `text` are tags by their form alone."""
LIKENESS: Final = 0.7
SHORTEST_PART: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """The members allowed in a value.

    An object has the named members, languages, or any member.
    """

    members: Mapping[str, "Shape"] = field(default_factory=dict)
    is_translations: bool = False
    is_free: bool = False
    free: frozenset[str] = field(init=False, repr=False, compare=False)
    """The names of members that are not looked into."""

    def __post_init__(self) -> None:
        free = frozenset(name for name, member in self.members.items() if member.is_free)
        object.__setattr__(self, "free", free)

    def having(self, **members: "Shape") -> "Shape":
        """The shape with additional members."""
        return Shape({**self.members, **members})


FREE: Final = Shape(is_free=True)
"""Any value; its members are not checked."""
TRANSLATIONS: Final = Shape(is_translations=True)


def shape(names: str, **nested: Shape) -> Shape:
    """The shape of an object with these members.

    `names` are separated by spaces; `nested` have shapes of their own.
    """
    return Shape(dict.fromkeys(names.split(), FREE) | nested)


LINE: Final = "kind deleted"


def shape_of(members: Iterable[Member], key: str = "") -> Shape:
    """The shape of a noun's line.

    `key` has additional names, which are not declared members.
    """
    return shape(f"{LINE} {key}", **{member.name: _shape_of(member) for member in members})


def _shape_of(member: Member) -> Shape:
    if isinstance(member, Localized):
        return TRANSLATIONS
    return Shape(dict.fromkeys(member.inner_names, FREE)) if member.inner_names else FREE


def unknown_members(document: Document, shape: Shape) -> tuple[Path, ...]:
    """The members missing from the shape, in document order.

    Returns at most 20 of them.
    """
    if shape.free.issuperset(document):  # as in most lines
        return ()
    return tuple(islice(_unknown(document, shape), MOST_PER_LINE))


def _unknown(value: Any, shape: Shape) -> Iterator[Path]:
    if shape.is_free or not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if name in shape.free:
            continue
        if shape.is_translations:
            if NO_LANGUAGE.fullmatch(name):
                yield (name,)
        elif name not in shape.members:
            yield (name,)
        else:
            yield from ((name, *path) for path in _unknown(member, shape.members[name]))


def near_member(path: Path, shape: Shape) -> str | None:
    """The member probably meant by a misspelt path.

    An example is `parentId` for `parent_id`.
    """
    name = _plain(str(path[-1]))
    places = {".".join(map(str, place)): _plain(place[-1]) for place in _places(shape)}
    here = ".".join(map(str, path[:-1]))
    in_same_object = {place: plain for place, plain in places.items() if place.rpartition(".")[0] == here}
    for candidates in (in_same_object, places):
        for near in get_close_matches(name, candidates.values(), 1, LIKENESS):
            return next(place for place, plain in candidates.items() if plain == near)
    return next(
        (place for place, plain in places.items() if len(name) >= SHORTEST_PART and name in plain), None
    )


def _places(shape: Shape) -> Iterator[tuple[str, ...]]:
    for name, member in shape.members.items():
        yield (name,)
        yield from ((name, *place) for place in _places(member))


def _plain(name: str) -> str:
    """The name without case, `_` and `-`."""
    return name[:100].casefold().replace("_", "").replace("-", "")

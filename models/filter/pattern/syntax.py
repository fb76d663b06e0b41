"""The tree of a regular expression, and sets of characters."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Final, TypeAlias

Range: TypeAlias = tuple[int, int]
"""First and last code point, both included."""

ALPHABET: Final[tuple[Range, ...]] = ((0x1, 0xD7FF), (0xE000, 0x10FFFF))
"""Every character that a text can hold: no NUL, no surrogates."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set.

    The ranges are sorted and do not touch.
    """

    ranges: tuple[Range, ...]


class Assertion(Enum):
    """A place between characters."""

    START = auto()
    END = auto()
    WORD_BOUNDARY = auto()
    NOT_WORD_BOUNDARY = auto()


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another.

    Of no parts, the empty text.
    """

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the branches."""

    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeated part.

    Without a maximum, any number of repetitions.
    """

    part: "Node"
    minimum: int
    maximum: int | None


Node: TypeAlias = Characters | Assertion | Sequence | Choice | Repeat


def characters(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges sorted and merged.

    Ranges that overlap or touch become one.
    """
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def complement(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return all characters of the alphabet outside the ranges."""
    gaps: list[Range] = []
    excluded = characters(ranges)
    for start, end in ALPHABET:
        free = start
        for first, last in excluded:
            if last < free or first > end:
                continue
            if free < first:
                gaps.append((free, first - 1))
            free = last + 1
        if free <= end:
            gaps.append((free, end))
    return tuple(gaps)


def with_case_variants(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges with all case variants.

    These are the characters that differ from one in the ranges only by case.
    """
    pairs = tuple(ranges)
    variants = case_variants()
    added = [
        (ord(variant), ord(variant))
        for first, last in pairs
        for code in (variants.keys() if last - first > len(variants) else range(first, last + 1))
        if first <= code <= last
        for variant in variants.get(code, ())
    ]
    return characters([*pairs, *added])


@cache
def case_variants() -> dict[int, str]:
    """Return the case variants of each letter with case.

    Letters that only fold into several characters, like `ß` to `ss`, pair with their capital alone.
    """
    families: dict[str, str] = {}
    for code in range(0x20000):  # no script beyond the first two planes has case
        letter = chr(code)
        if letter.lower() != letter or letter.upper() != letter:
            key = _folded(letter)
            families[key] = families.get(key, "") + letter
    return {ord(letter): family for family in families.values() for letter in family if len(family) > 1}


def _folded(letter: str) -> str:
    for folded in (letter.casefold(), letter.lower()):
        if len(folded) == 1:
            return folded
    return letter

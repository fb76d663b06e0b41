"""The filter tree: the one form that `q` and the typed `where` of GraphQL both take.

It is two-valued: a comparison on a missing value is false, and its `Not` is true.
`position` is the place in the text of `q`; nodes that differ only there are equal, and shown as equal.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]
"""Member names from the row inwards: `("name", "en")`."""


class Operator(StrEnum):
    """How a value is compared with a literal."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; under `mixins` a bare one may also be a number or a boolean."""

    text: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Parameter(Literal):
    """In place of a literal in the shape of a filter: `text` names the value that each run gives."""


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds; of no parts, always."""

    parts: "tuple[Condition, ...]"
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds; of no parts, never."""

    parts: "tuple[Condition, ...]"
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """There is a value, and it compares so with the literal."""

    path: Path
    operator: Operator
    literal: Literal
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The value equals one of the literals."""

    path: Path
    literals: tuple[Literal, ...]
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """The value is text in which the regular expression is found."""

    path: Path
    pattern: str
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Present:
    """There is a value that is not null."""

    path: Path
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no value, or it is null."""

    path: Path
    position: int = field(default=0, compare=False, repr=False)


Condition: TypeAlias = And | Or | Not | Compare | AnyOf | Matches | Present | Absent

"""The filter tree, the common form of `q` and `where`.

`where` is the typed filter of GraphQL.

It is two-valued: a comparison on a missing value is false, and its `Not` is true.
`position` is the place in the text of `q`; nodes that differ only there are equal, and shown as equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self, TypeAlias

Path: TypeAlias = tuple[str, ...]
"""Member names from the row inwards: `("name", "en")`."""


class Operator(StrEnum):
    """The comparison of a value with a literal."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


class NameParameter(str):
    """A parameter for a free name in a shape's path.

    The client chose the name freely. The parameter equals only parameters, never a name that is spelt alike.
    `spelling` is the name itself.
    """

    __slots__ = ("spelling",)
    spelling: str

    def __new__(cls, parameter: str, text: str) -> Self:
        made = super().__new__(cls, parameter)
        made.spelling = text
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameParameter) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((NameParameter, str.__hash__(self)))


def written(path: Path) -> str:
    """Return the path as the client wrote it."""
    return ".".join(name.spelling if isinstance(name, NameParameter) else name for name in path)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written.

    Under `mixins` a bare one may also be a number or a boolean.
    """

    text: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Parameter(Literal):
    """A parameter in place of a literal in a shape.

    `text` names the value that each run gives.
    """


@dataclass(frozen=True, slots=True)
class InstantParameter(Parameter):
    """A parameter under `mixins` compared with instants alone.

    Its value is an instant.
    """


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
    """The value exists and compares so with the literal."""

    path: Path
    operator: Operator
    literal: Literal
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Within:
    """The value is an instant in a period.

    It is later than the first literal, and not later than the second; of an array, one element is.
    """

    path: Path
    after: Literal
    until: Literal
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The value equals one of the literals."""

    path: Path
    literals: tuple[Literal, ...]
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """The value is text matching the regular expression.

    A match anywhere in the text is enough.
    """

    path: Path
    pattern: str
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Present:
    """The value exists and is not null."""

    path: Path
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Absent:
    """The value is missing or null."""

    path: Path
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Some:
    """A single row under the path satisfies the part.

    Paths in the part are whole ones, such as `("legalEntity", "name")`, and all begin with `path`.
    """

    path: Path
    part: "Condition"
    position: int = field(default=0, compare=False, repr=False)


Condition: TypeAlias = And | Or | Not | Some | Compare | Within | AnyOf | Matches | Present | Absent


def with_paths(condition: Condition, change: Callable[[Path], Path]) -> Condition:
    """Return the condition with each path changed.

    The very same condition where none changes.
    """
    match condition:
        case And(parts, position) | Or(parts, position):
            changed = tuple([with_paths(part, change) for part in parts])
            if all(new is old for new, old in zip(changed, parts, strict=True)):
                return condition
            return type(condition)(changed, position)
        case Not(part, position):
            inner = with_paths(part, change)
            return condition if inner is part else Not(inner, position)
        case Some(path, part, position):
            inner = with_paths(part, change)
            return condition if inner is part else Some(path, inner, position)
        case _:
            path = change(condition.path)
            return condition if path == condition.path else replace(condition, path=path)

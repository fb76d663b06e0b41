"""The filter tree: the one form that `q` and the typed `where` of GraphQL both take.

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
    """How a value is compared with a literal."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


class NameParameter(str):
    """In the path of a shape: the parameter that holds a name which the client chose freely.

    It equals only parameters, never a name that is spelt alike. `written` is the name itself.
    """

    __slots__ = ("written",)
    written: str

    def __new__(cls, parameter: str, text: str) -> Self:
        made = super().__new__(cls, parameter)
        made.written = text
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameParameter) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((NameParameter, str.__hash__(self)))


def written(path: Path) -> str:
    """The path as the client wrote it."""
    return ".".join(name.written if isinstance(name, NameParameter) else name for name in path)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; under `mixins` a bare one may also be a number or a boolean."""

    text: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Parameter(Literal):
    """In place of a literal in the shape of a filter: `text` names the value that each run gives."""


@dataclass(frozen=True, slots=True)
class InstantParameter(Parameter):
    """The same under `mixins`, where the value is an instant and is compared with instants alone."""


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
class Within:
    """The value is an instant after one and not after another; of an array, one element is."""

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


@dataclass(frozen=True, slots=True)
class Some:
    """Of the rows that the path leads to, some single one satisfies the part.

    Paths in the part are whole ones, such as `("legalEntity", "name")`, and all begin with `path`.
    """

    path: Path
    part: "Condition"
    position: int = field(default=0, compare=False, repr=False)


Condition: TypeAlias = And | Or | Not | Some | Compare | Within | AnyOf | Matches | Present | Absent


def with_paths(condition: Condition, change: Callable[[Path], Path]) -> Condition:
    """The condition with each path changed; the very same where none changes."""
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

"""The `where` of a rule, a JSON object in the form of GraphQL's `CustomerWhere`, read into a filter tree.

GraphQL, REST and data files all give rules in this form. What is wrong raises InvalidInput with its path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from models.filter.compile import MOST_CONDITIONS, MOST_VALUES, TOO_MANY_VALUES
from models.filter.moment import moment
from models.filter.parse import LONGEST_QUERY
from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Not,
    Operator,
    Or,
    Present,
    Some,
    Within,
)
from models.filter.tree import Path as Names
from resolvers.errors import InvalidInput, Path
from resolvers.rules.definition.catalogue import IN_SEGMENT, LEGAL_ENTITY
from resolvers.rules.definition.times import check_time
from resolvers.values.text import checked_text

Read: TypeAlias = Callable[[Any, Names, Path], Iterator[Condition]]
DEEPEST: Final = 20
EMPTY: Final = "The condition is empty: write at least one member that is not null."
COMPARISONS: Final = {
    "eq": Operator.EQUAL,
    "lt": Operator.LESS,
    "lte": Operator.AT_MOST,
    "gt": Operator.GREATER,
    "gte": Operator.AT_LEAST,
}


def parse_where(value: Any, path: Path = ("where",)) -> Condition:
    """The condition on customers.

    A part that is empty is refused: it would hold for all, and a variable that was left out would let
    everybody in.
    """
    return _Reader(_CUSTOMER).condition(value, path, depth=0)


class _Reader:
    """Reads the `where` of one noun, whose members are `values` and those that combine."""

    def __init__(self, values: Mapping[str, tuple[Names, Read]]) -> None:
        self._values = values
        self._conditions = 0

    def condition(self, value: Any, path: Path, *, depth: int, may_be_empty: bool = False) -> Condition:
        self._conditions += 1
        if depth > DEEPEST or self._conditions > MOST_CONDITIONS:
            message = f"A filter may have at most {MOST_CONDITIONS} conditions, nested {DEEPEST} deep."
            raise InvalidInput(message, path=path)
        parts: list[Condition] = []
        for name, member in _members(value, [*self._values, "and", "or", "not"], path):
            inside = (*path, name)
            match name:
                case "and":
                    parts += self._each(member, inside, depth)
                case "or":
                    parts.append(Or(tuple(self._each(member, inside, depth))))
                case "not":
                    parts.append(Not(self.condition(member, inside, depth=depth + 1)))
                case _:
                    names, read = self._values[name]
                    parts += read(member, names, inside)
        if not parts and not may_be_empty:
            raise InvalidInput(EMPTY, path=path)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _each(self, value: Any, path: Path, depth: int) -> list[Condition]:
        elements = _listed(value, path)
        if not elements:
            raise InvalidInput(EMPTY, path=path)
        return [
            self.condition(element, (*path, index), depth=depth + 1) for index, element in enumerate(elements)
        ]


def _members(value: Any, known: Sequence[str], path: Path) -> Iterator[tuple[str, Any]]:
    """The members of an object that are not null; all must be known."""
    if not isinstance(value, Mapping):
        raise InvalidInput("An object is expected.", path=path)
    for name, member in value.items():
        if name not in known:
            raise InvalidInput(f"There is no such member. Members: {', '.join(known)}.", path=(*path, name))
        if member is not None:
            yield name, member


def _listed(value: Any, path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput("A list is expected.", path=path)
    if len(value) > MOST_VALUES:
        raise InvalidInput(TOO_MANY_VALUES, path=path)
    return value


def _text(value: Any, path: Path) -> Literal:
    return Literal(checked_text(value, path, length=LONGEST_QUERY))


def _flag(value: Any, path: Path) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("true or false is expected.", path=path)
    return value


def _text_filter(value: Any, names: Names, path: Path) -> Iterator[Condition]:
    members = dict(_members(value, ("eq", "in", "isNull"), path))
    if not members:
        raise InvalidInput(EMPTY, path=path)
    for name, member in members.items():
        inside = (*path, name)
        match name:
            case "eq":
                yield Compare(names, Operator.EQUAL, _text(member, inside))
            case "in":
                yield AnyOf(names, tuple(_text(text, inside) for text in _listed(member, inside)))
            case _:
                yield Absent(names) if _flag(member, inside) else Present(names)


def _mixin_filter(value: Any, names: Names, path: Path) -> Iterator[Condition]:
    known = ("path", *COMPARISONS, "in", "withinLast", "withinNext", "exists")
    members = dict(_members(value, known, path))
    written = checked_text(members.pop("path", None), (*path, "path"), length=LONGEST_QUERY)
    attribute = (*names, *written.split("."))
    if not all(attribute):
        message = "The path is the mixin's name and those below it: shop.lastOrder."
        raise InvalidInput(message, path=(*path, "path"))
    if not members:
        raise InvalidInput(EMPTY, path=path)
    for name, member in members.items():
        inside = (*path, name)
        match name:
            case "in":
                yield AnyOf(attribute, tuple(_scalar(scalar, inside) for scalar in _listed(member, inside)))
            case "withinLast":
                yield Within(attribute, _away("now-", member, inside), Literal("now"))
            case "withinNext":
                yield Within(attribute, Literal("now"), _away("now+", member, inside))
            case "exists":
                yield Present(attribute) if _flag(member, inside) else Absent(attribute)
            case _:
                yield Compare(attribute, COMPARISONS[name], _scalar(member, inside))


def _scalar(value: Any, path: Path) -> Literal:
    """A value as `q` writes it: texts in quotes, all else bare."""
    match value:
        case bool():
            return Literal("true" if value else "false", quoted=False)
        case int() | float():
            return Literal(repr(value), quoted=False)
        case str():
            check_time(value, path)
            return _text(value, path)
        case _:
            raise InvalidInput("A text, a number or a boolean is expected.", path=path)


def _away(now: str, duration: Any, path: Path) -> Literal:
    if not isinstance(duration, str) or moment(now + duration) is None:
        raise InvalidInput(
            "An ISO 8601 duration of at most 1,000 years is expected: P30D, P1Y6M, PT12H.", path=path
        )
    return Literal(now + duration)


def _legal_entity(value: Any, names: Names, path: Path) -> Iterator[Condition]:
    """An empty one asks for any legal entity."""
    yield Some(names, _Reader(_LEGAL_ENTITY).condition(value, path, depth=0, may_be_empty=True))


def _in_segment(value: Any, names: Names, path: Path) -> Iterator[Condition]:
    yield Compare(names, Operator.EQUAL, _text(value, path))


_LEGAL_ENTITY: Final[Mapping[str, tuple[Names, Read]]] = {
    "id": ((*LEGAL_ENTITY, "id"), _text_filter),
    "name": ((*LEGAL_ENTITY, "name"), _text_filter),
    "mixin": ((*LEGAL_ENTITY, "mixins"), _mixin_filter),
}
_CUSTOMER: Final[Mapping[str, tuple[Names, Read]]] = {
    "id": (("id",), _text_filter),
    "firstName": (("firstName",), _text_filter),
    "lastName": (("lastName",), _text_filter),
    "email": (("email",), _text_filter),
    "mixin": (("mixins",), _mixin_filter),
    "legalEntity": (LEGAL_ENTITY, _legal_entity),
    "inSegment": (IN_SEGMENT, _in_segment),
}

"""A filter without its values: what its SQL depends on, so that one statement serves all values.

What is usual is taken out: a literal that is text, a whole number or an instant as its field wants it,
and the names under `mixins`, which clients choose freely.
All else stays where it is (patterns, numbers under `mixins`, whatever will be refused) and is part of the
shape, so that only `compile_condition` has to know what it means and what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from models.filter.catalogue import Catalogue, Kind
from models.filter.compile import MOST_VALUES, Leaf
from models.filter.errors import FilterError, require_storable
from models.filter.literals import (
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Instant,
    OnGrid,
    instant,
    json_boolean,
    json_number,
    operator_on_grid,
    whole_number,
)
from models.filter.names import FreeNames, place_of
from models.filter.tree import (
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Not,
    Operator,
    Or,
    Parameter,
    Path,
    Some,
)

LONGEST_EXACT: Final = 8
"""Lists of more values are filled up to a power of two, so that there are few lengths. The databases plan
by the length, to which twice as many makes little difference where it is large."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A condition with parameters for literals, and the values of this one filter by their names."""

    condition: Condition | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    has_mixins: bool = False
    """Whether names under `mixins` were taken out: clients can make any number of such shapes."""
    conditions: int = 0
    """How many it has, without those that only combine others."""


EVERYTHING: Final = Shape()


def shape_of(condition: Condition | None, catalogue: Catalogue) -> Shape:
    """The shape of a filter. Refuses nothing: what is wrong with a filter stays in its shape."""
    if condition is None:
        return EVERYTHING
    taking = _Taking(catalogue)
    shape = taking.shape(condition)
    if taking.listed > MOST_VALUES:
        return Shape(condition, taking.values, conditions=taking.conditions)
    values = taking.values | taking.names.values
    return Shape(shape, values, taking.names.has_mixins, taking.conditions)


Comparison: TypeAlias = tuple[Operator, Any]
"""What a comparison with a literal is to the database."""


@dataclass(slots=True)
class _Taking:
    """One walk over a filter, from left to right."""

    catalogue: Catalogue
    values: dict[str, Any] = field(default_factory=dict)
    names: FreeNames = field(init=False)
    listed: int = 0
    """How many values there are in the lists, taken out or not."""
    conditions: int = 0

    def __post_init__(self) -> None:
        self.names = FreeNames(self.catalogue, "filter_name")

    def shape(self, condition: Condition) -> Condition:
        match condition:
            case And(parts, position):
                return And(tuple(map(self.shape, parts)), position)
            case Or(parts, position):
                return Or(tuple(map(self.shape, parts)), position)
            case Not(part, position):
                return Not(self.shape(part), position)
            case Some(path, part, position):
                return Some(path, self.shape(part), position)
            case _:
                self.conditions += 1
                leaf = self._without_values(condition)
                path = self.names.taken_from(leaf.path)
                return leaf if path is leaf.path else replace(leaf, path=path)

    def _without_values(self, leaf: Leaf) -> Leaf:
        match leaf:
            case Compare(path, operator, literal, position):
                return self._compare(path, operator, literal, position) or leaf
            case AnyOf(path, literals, position):
                return self._any_of(path, literals, position) or leaf
            case _:
                return leaf

    def _compare(self, path: Path, operator: Operator, literal: Literal, position: int) -> Leaf | None:
        found = _comparison(_kind(self.catalogue, path), operator, literal)
        if found is None:
            return None
        compared, value = found
        return Compare(path, compared, self._parameter(value), position)

    def _any_of(self, path: Path, literals: tuple[Literal, ...], position: int) -> Leaf | None:
        self.listed += len(literals)
        if len(literals) == 1:
            return self._compare(path, Operator.EQUAL, literals[0], position)
        kind = _kind(self.catalogue, path)
        found = [_comparison(kind, Operator.EQUAL, literal) for literal in literals]
        values = [value for _, value in filter(None, found)]
        if not values or len(values) < len(literals):
            return None
        return AnyOf(path, tuple(map(self._parameter, _filled_up(values))), position)

    def _parameter(self, value: Any) -> Parameter:
        parameter = _parameter_numbered(len(self.values))
        self.values[parameter.text] = value
        return parameter


def _comparison(kind: Kind | None, operator: Operator, literal: Literal) -> Comparison | None:
    """What to ask of the database; None for what is better left to `compile_condition`."""
    match kind:
        case Kind.TEXT | Kind.LOCALIZED if _is_storable(literal.text):
            return operator, literal.text
        case Kind.JSON if _is_only_text(literal):
            return operator, literal.text
        case Kind.INTEGER:
            number = whole_number(literal.text)
            if number is not None and SMALLEST_INTEGER <= number.value <= LARGEST_INTEGER:
                return _on_grid(operator, number)
        case Kind.INSTANT:
            time = instant(literal.text)
            if time is not None:
                return _on_grid(operator, time)
    return None


def _on_grid(operator: Operator, found: OnGrid | Instant) -> Comparison | None:
    on_grid = operator_on_grid(operator, exact=found.exact)
    return None if on_grid is None else (on_grid, found.value)


def _is_only_text(literal: Literal) -> bool:
    """Whether a literal under `mixins` cannot mean anything else."""
    readings = json_number(literal), json_boolean(literal), instant(literal.text)
    return readings == (None, None, None) and _is_storable(literal.text)


def _is_storable(text: str) -> bool:
    try:
        require_storable(text)
    except FilterError:
        return False
    return True


def _filled_up(values: list[Any]) -> list[Any]:
    """The list, with its last value again until it has a usual length."""
    if len(values) <= LONGEST_EXACT:
        return values
    usual = 1 << (len(values) - 1).bit_length()
    return [*values, *values[-1:] * (usual - len(values))]


def _kind(catalogue: Catalogue, path: Path) -> Kind | None:
    """The kind of the values under a path, None where there is no such path."""
    place = place_of(catalogue, path)
    return None if place is None else place[0]


def _parameter_numbered(number: int) -> Parameter:
    return _PARAMETERS[number] if number < len(_PARAMETERS) else Parameter(f"filter_{number}")


_PARAMETERS: Final = tuple(Parameter(f"filter_{number}") for number in range(MOST_VALUES))

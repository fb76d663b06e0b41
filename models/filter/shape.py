"""Filters without their values, for statements shared by all values.

The SQL depends on the shape alone. Usual values are taken out: a literal that is text, a whole number or an
instant as its field needs it, and the names under `mixins`, which clients choose freely. All else stays where
it is (patterns, numbers under `mixins`, whatever will be refused) and is part of the shape, so that only
`compile_condition` has to know its meaning and its faults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from models.filter.catalogue import Catalogue, Kind
from models.filter.compile import MOST_VALUES, Leaf, moments_in
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
from models.filter.moment import Moment, is_meant_as_moment, moment
from models.filter.names import FreeNames, place_of
from models.filter.tree import (
    And,
    AnyOf,
    Compare,
    Condition,
    InstantParameter,
    Literal,
    Not,
    Operator,
    Or,
    Parameter,
    Path,
    Some,
    Within,
)

LONGEST_EXACT: Final = 8
"""Lists of more values are filled up to a power of two, so that there are few lengths. The databases plan
by the length, to which twice as many makes little difference where it is large."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A condition with parameters for literals, and their values.

    The values are those of this one filter, by the names of their parameters.
    """

    condition: Condition | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    has_mixins: bool = False
    """Whether names under `mixins` were taken out: clients can make any number of such shapes."""
    conditions: int = 0
    """The number of its conditions, without those that only combine others."""
    is_relative: bool = False
    """Whether some values are relative to now."""

    def values_at(self, now: datetime) -> Mapping[str, Any]:
        """Return the values for a request at an instant."""
        if not self.is_relative:
            return self.values
        return {
            name: value.at(now) if isinstance(value, Moment) else value for name, value in self.values.items()
        }


EVERYTHING: Final = Shape()


def shape_of(condition: Condition | None, catalogue: Catalogue) -> Shape:
    """Return the shape of a filter.

    It refuses nothing: the faults of a filter stay in its shape.
    """
    if condition is None:
        return EVERYTHING
    taking = _Taking(catalogue)
    shape = taking.shape(condition)
    if taking.list_values > MOST_VALUES:
        return Shape(condition, taking.values, conditions=taking.conditions)
    values = taking.values | taking.names.values
    is_relative = any(isinstance(value, Moment) for value in taking.values.values())
    return Shape(shape, values, taking.names.has_mixins, taking.conditions, is_relative)


Comparison: TypeAlias = tuple[Operator, Any]
"""The operator and value of a comparison for the database."""


@dataclass(slots=True)
class _Taking:
    """One walk over a filter, from left to right."""

    catalogue: Catalogue
    values: dict[str, Any] = field(default_factory=dict)
    names: FreeNames = field(init=False)
    list_values: int = 0
    """The number of values in the lists, taken out or not."""
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
                leaf_shape = self._compare(path, operator, literal, position)
            case AnyOf(path, literals, position):
                leaf_shape = self._any_of(path, literals, position)
            case Within(path, after, until, position):
                leaf_shape = self._within(path, after, until, position)
            case _:
                return leaf
        if leaf_shape is not None:
            return leaf_shape
        kind = _kind(self.catalogue, leaf.path)
        self.values |= {parameter.name: parameter for parameter in moments_in(leaf, kind)} if kind else {}
        return leaf

    def _compare(self, path: Path, operator: Operator, literal: Literal, position: int) -> Leaf | None:
        place_kind = _kind(self.catalogue, path)
        comparison = _comparison(place_kind, operator, literal)
        if comparison is None:
            return None
        compared, value = comparison
        parameter = self._parameter(value)
        if place_kind is Kind.JSON and isinstance(value, datetime | Moment):
            parameter = InstantParameter(parameter.text)
        return Compare(path, compared, parameter, position)

    def _within(self, path: Path, after: Literal, until: Literal, position: int) -> Leaf | None:
        values = [_instant(bound.text) for bound in (after, until)]
        if None in values:
            return None
        first, last = (InstantParameter(self._parameter(value).text) for value in values)
        return Within(path, first, last, position)

    def _any_of(self, path: Path, literals: tuple[Literal, ...], position: int) -> Leaf | None:
        self.list_values += len(literals)
        if len(literals) == 1:
            return self._compare(path, Operator.EQUAL, literals[0], position)
        kind = _kind(self.catalogue, path)
        comparisons = [_comparison(kind, Operator.EQUAL, literal) for literal in literals]
        values = [value for _, value in filter(None, comparisons)]
        if not values or len(values) < len(literals):
            return None
        return AnyOf(path, tuple(map(self._parameter, _filled_up(values))), position)

    def _parameter(self, value: Any) -> Parameter:
        parameter = _parameter_numbered(len(self.values))
        self.values[parameter.text] = value
        return parameter


def _comparison(kind: Kind | None, operator: Operator, literal: Literal) -> Comparison | None:
    """Return the comparison for the database.

    None where it is better left to `compile_condition`.
    """
    match kind:
        case Kind.TEXT | Kind.LOCALIZED if _is_storable(literal.text):
            return operator, literal.text
        case Kind.JSON if _is_only_text(literal):
            return operator, literal.text
        case Kind.JSON if operator is not Operator.EQUAL and _instant(literal.text) is not None:
            return _instant_comparison(operator, literal.text)
        case Kind.INTEGER:
            number = whole_number(literal.text)
            if number is not None and SMALLEST_INTEGER <= number.value <= LARGEST_INTEGER:
                return _on_grid(operator, number)
        case Kind.INSTANT:
            return _instant_comparison(operator, literal.text)
    return None


def _instant(text: str) -> datetime | Moment | None:
    """Return the instant of a text, or the millisecond below."""
    parsed = instant(text)
    return parsed.value if parsed is not None else moment(text)


def _instant_comparison(operator: Operator, text: str) -> Comparison | None:
    if (relative := moment(text)) is not None:
        return operator, relative
    time = instant(text)
    return None if time is None else _on_grid(operator, time)


def _on_grid(operator: Operator, value: OnGrid | Instant) -> Comparison | None:
    on_grid = operator_on_grid(operator, exact=value.exact)
    return None if on_grid is None else (on_grid, value.value)


def _is_only_text(literal: Literal) -> bool:
    """Whether a literal under `mixins` can only be text."""
    readings = json_number(literal), json_boolean(literal), instant(literal.text), moment(literal.text)
    is_other = any(reading is not None for reading in readings) or is_meant_as_moment(literal.text)
    return not is_other and _is_storable(literal.text)


def _is_storable(text: str) -> bool:
    try:
        require_storable(text)
    except FilterError:
        return False
    return True


def _filled_up(values: list[Any]) -> list[Any]:
    """Pad the list with its last value to a usual length."""
    if len(values) <= LONGEST_EXACT:
        return values
    usual = 1 << (len(values) - 1).bit_length()
    return [*values, *values[-1:] * (usual - len(values))]


def _kind(catalogue: Catalogue, path: Path) -> Kind | None:
    """Return the kind of the values under a path.

    None where there is no such path.
    """
    place = place_of(catalogue, path)
    return None if place is None else place[0]


def _parameter_numbered(number: int) -> Parameter:
    return _PARAMETERS[number] if number < len(_PARAMETERS) else Parameter(f"filter_{number}")


_PARAMETERS: Final = tuple(Parameter(f"filter_{number}") for number in range(MOST_VALUES))

"""The SQL of one comparison.

Typing follows the field (behaviour D57 to D60).
"""

import operator as operators
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, false, not_, or_, true

from models.filter.catalogue import Kind, ResolvedField
from models.filter.dialects.base import Bounds, JsonValue, NumberBounds, SqlDialect, Truth
from models.filter.errors import FilterError, require_storable, shortened
from models.filter.literals import (
    LARGEST_INTEGER,
    SMALLEST_INTEGER,
    Instant,
    OnGrid,
    json_boolean,
    json_number,
    operator_on_grid,
    whole_number,
)
from models.filter.moment import (
    MOMENTS,
    Moment,
    checked_time,
    is_exact,
    is_meant_as_moment,
    time_bound,
    time_of,
    time_parameter,
)
from models.filter.pattern import parse_pattern
from models.filter.tree import Literal, Operator
from models.tables.columns import UtcDateTime

COMPARISONS: Final[dict[Operator, Callable[[Any, Any], Any]]] = {
    Operator.EQUAL: operators.eq,
    Operator.LESS: operators.lt,
    Operator.AT_MOST: operators.le,
    Operator.GREATER: operators.gt,
    Operator.AT_LEAST: operators.ge,
}


def equals_any(resolved: ResolvedField, literals: tuple[Literal, ...], dialect: SqlDialect) -> Truth:
    """The value equals one of the literals."""
    texts = [require_storable(literal.text) for literal in literals]
    column = resolved.field.column
    match resolved.field.kind:
        case Kind.INTEGER:
            numbers = [number.value for number in map(_whole_number, texts) if number.exact]
            return _one_of(column, numbers)
        case Kind.INSTANT:
            instants = [time_parameter(value) for value in map(checked_time, texts) if is_exact(value)]
            return _one_of(column, instants)
        case Kind.TEXT | Kind.LOCALIZED:
            return _over_text(resolved, lambda text: _one_of(text, texts), dialect)
        case Kind.JSON:
            holds = partial(_json_equals_any, literals=literals, dialect=dialect)
            return _over_json(resolved, holds, dialect)


def compares(resolved: ResolvedField, operator: Operator, literal: Literal, dialect: SqlDialect) -> Truth:
    """The value compared with the literal."""
    text = require_storable(literal.text)
    column = resolved.field.column
    match resolved.field.kind:
        case Kind.INTEGER:
            return _compare_integer(column, operator, _whole_number(text))
        case Kind.INSTANT:
            time = checked_time(text)
            on_grid = operator_on_grid(operator, exact=is_exact(time))
            return _compare(column, on_grid, time_parameter(time))
        case Kind.TEXT | Kind.LOCALIZED:
            return _over_text(resolved, lambda value: _compare(value, operator, text), dialect)
        case Kind.JSON:
            holds = partial(_json_compares, operator=operator, literal=literal, dialect=dialect)
            return _over_json(resolved, holds, dialect, _json_bounds(operator, literal, dialect))


def compares_with(resolved: ResolvedField, operator: Operator, name: str, dialect: SqlDialect) -> Truth:
    """The value compared with a parameter."""
    return _over_values(resolved, lambda value: _compare(value, operator, _parameter(name, value)), dialect)


def compares_instants(resolved: ResolvedField, operator: Operator, name: str, dialect: SqlDialect) -> Truth:
    """Compare an instant under `mixins` with a parameter.

    The value is an instant, in that order to the instant of the parameter of that name.
    """
    parameter = bindparam(name, type_=UtcDateTime)
    bounds = Bounds.of(operator, parameter)
    return _over_json(resolved, lambda value: _compare(value.instant, operator, parameter), dialect, bounds)


def is_within(resolved: ResolvedField, after: Literal, until: Literal, dialect: SqlDialect) -> Truth:
    """The value is an instant between two literals.

    It is later than `after`, and not later than `until`.
    """
    first, last = time_bound(after), time_bound(until)

    match resolved.field.kind:
        case Kind.INSTANT:
            column = resolved.field.column
            return and_(column > first, column <= last)
        case Kind.JSON:
            bounds = Bounds(first, last)
            return _over_json(
                resolved, lambda value: dialect.within(value.instant, first, last), dialect, bounds
            )
        case _:
            return false()


def is_among(resolved: ResolvedField, names: Sequence[str], dialect: SqlDialect) -> Truth:
    """The value equals one of the named parameters."""
    return _over_values(
        resolved, lambda value: value.in_([_parameter(name, value) for name in names]), dialect
    )


def matches(resolved: ResolvedField, pattern: str, dialect: SqlDialect) -> Truth:
    """The value is text matching the pattern.

    A match anywhere in the text is enough.
    """
    parse_pattern(pattern)
    match resolved.field.kind:
        case Kind.INTEGER | Kind.INSTANT:
            return false()
        case Kind.TEXT | Kind.LOCALIZED:
            return _over_text(resolved, partial(dialect.found, pattern), dialect)
        case Kind.JSON:
            return _over_json(resolved, lambda value: dialect.found(pattern, value.text), dialect)


def is_present(resolved: ResolvedField, dialect: SqlDialect) -> Truth:
    """The value exists and is not null.

    A map without members or texts counts as no value (behaviour D16).
    """
    field = resolved.field
    if resolved.subpath and field.kind is Kind.LOCALIZED:
        return dialect.translation(field.column, resolved.tag).is_not(None)
    if resolved.subpath:
        return dialect.has_value(field.column, resolved.subpath)
    if field.kind is Kind.LOCALIZED:
        return dialect.any_translation(field.column, lambda _text: true())
    if field.kind is Kind.JSON:
        return field.column != {}
    if field.empty_is_absent:
        return field.column != ""
    return field.column.is_not(None) if field.nullable else true()


def is_absent(resolved: ResolvedField, dialect: SqlDialect) -> Truth:
    """The value is missing or null."""
    if resolved.field.nullable and resolved.field.kind in {Kind.TEXT, Kind.INSTANT}:
        return resolved.field.column.is_(None)
    return not_(is_present(resolved, dialect).is_(true()))


def _over_values(
    resolved: ResolvedField, holds: Callable[[ColumnElement[Any]], Truth], dialect: SqlDialect
) -> Truth:
    """Whether `holds` is true of the value.

    Under `mixins`, of text.
    """
    match resolved.field.kind:
        case Kind.INTEGER | Kind.INSTANT:
            return holds(resolved.field.column)
        case Kind.TEXT | Kind.LOCALIZED:
            return _over_text(resolved, holds, dialect)
        case Kind.JSON:
            return _over_json(resolved, lambda value: holds(value.text), dialect)


def _parameter(name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return bindparam(name, type_=value.type)


def _over_text(
    resolved: ResolvedField, holds: Callable[[ColumnElement[str]], Truth], dialect: SqlDialect
) -> Truth:
    field = resolved.field
    if field.kind is Kind.TEXT:
        return and_(holds(field.column), field.column != "") if field.empty_is_absent else holds(field.column)
    if resolved.subpath:
        return holds(dialect.translation(field.column, resolved.tag))
    return dialect.any_translation(field.column, holds)


def _over_json(
    resolved: ResolvedField,
    holds: Callable[[JsonValue], Truth],
    dialect: SqlDialect,
    bounds: Bounds | NumberBounds | None = None,
) -> Truth:
    if not resolved.subpath:  # the whole map is neither text nor number
        return false()
    document, keys = resolved.field.column, resolved.subpath
    if resolved.shared is not None:
        told_with_others = resolved.shared.any_value(document, keys, holds, dialect)
        if told_with_others is not None:
            return told_with_others
    return dialect.any_value(document, keys, holds, bounds)


def _json_bounds(operator: Operator, literal: Literal, dialect: SqlDialect) -> Bounds | NumberBounds | None:
    """Return the bounds of the values compared by `_json_compares`.

    They are numbers or instants; None where it compares texts.
    """
    number = json_number(literal)
    if number is not None:
        is_last = operator in {Operator.LESS, Operator.AT_MOST}
        return NumberBounds(last=number) if is_last else NumberBounds(first=number)
    parsed = time_of(literal.text)
    if parsed is None:
        return None
    value = parsed.parameter if isinstance(parsed, Moment) else dialect.instant(parsed.value)
    return Bounds.of(operator, value)


def _json_equals_any(value: JsonValue, *, literals: tuple[Literal, ...], dialect: SqlDialect) -> Truth:
    numbers = [number for literal in literals if (number := json_number(literal)) is not None]
    booleans = [boolean for literal in literals if (boolean := json_boolean(literal)) is not None]
    instants = [
        dialect.instant(parsed.value) if isinstance(parsed, Instant) else parsed.parameter
        for literal in literals
        if (parsed := time_of(literal.text)) is not None and is_exact(parsed)
    ]
    alternatives = [_one_of(value.text, [literal.text for literal in literals])]
    if numbers:
        alternatives.append(_one_of(value.number, numbers))
    if booleans:
        alternatives.append(_one_of(value.boolean, booleans))
    if instants:
        alternatives.append(_one_of(value.instant, instants))
    return or_(*alternatives)


def _json_compares(value: JsonValue, *, operator: Operator, literal: Literal, dialect: SqlDialect) -> Truth:
    """Compare a JSON value in the order of the literal's type.

    Numbers are compared with numbers, instants with instants, else text.
    """
    number = json_number(literal)
    if number is not None:
        return _compare(value.number, operator, number)
    parsed = time_of(literal.text)
    if isinstance(parsed, Moment):
        return _compare(value.instant, operator, parsed.parameter)
    if parsed is not None:
        on_grid = operator_on_grid(operator, exact=parsed.exact)
        return _compare(value.instant, on_grid, dialect.instant(parsed.value))
    if is_meant_as_moment(literal.text):
        raise FilterError(f"{shortened(literal.text)!r} is not a time. {MOMENTS}")
    return _compare(value.text, operator, literal.text)


def _compare_integer(column: ColumnElement[int], operator: Operator, number: OnGrid) -> Truth:
    on_grid = operator_on_grid(operator, exact=number.exact)
    if number.value > LARGEST_INTEGER:
        return true() if on_grid is Operator.AT_MOST else false()
    if number.value < SMALLEST_INTEGER:
        return true() if on_grid is Operator.GREATER else false()
    return _compare(column, on_grid, number.value)


def _compare(column: ColumnElement[Any], operator: Operator | None, value: Any) -> Truth:
    if operator is None:
        return false()
    comparison: Truth = COMPARISONS[operator](column, value)
    return comparison


def _one_of(column: ColumnElement[Any], values: Sequence[Any]) -> Truth:
    match values:
        case []:
            return false()
        case [value]:
            return _compare(column, Operator.EQUAL, value)
        case _:
            return column.in_(values)


def _whole_number(text: str) -> OnGrid:
    number = whole_number(text)
    if number is None:
        raise FilterError(f"{shortened(text)!r} is not a number.")
    return number

"""Custom scalars of the schema."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, NewType

import strawberry
from graphql import (
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from models.filter.moment import Moment, moment
from models.tables.columns import instant_text
from resolvers.errors import InvalidInput
from resolvers.values.document import instant
from resolvers.values.json_text import exact_decimal, exact_integer


def _parse_instant(value: Any) -> datetime | Moment:
    """Parse an instant, absolute or relative to now.

    A relative one stays a Moment: only some fields accept it.
    """
    if isinstance(value, str) and (relative := moment(value)) is not None:
        return relative
    try:
        parsed = instant(value, ())
    except InvalidInput as error:
        raise ValueError(error.message) from error
    if parsed is None:
        raise ValueError("A date-time is expected.")
    return parsed


def _json_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> Any:
    """A JSON literal with the values of its variables.

    A variable without a value leaves its member out, and is null in a list (GraphQL 3.10 and 3.11).
    Raises KeyError for any other variable without a value.
    """
    match node:
        case ObjectValueNode():
            members = ((field.name.value, field.value) for field in node.fields)
            return {
                name: _json_literal(value, variables)
                for name, value in members
                if not _is_missing(value, variables)
            }
        case ListValueNode():
            return [
                None if _is_missing(value, variables) else _json_literal(value, variables)
                for value in node.values
            ]
        case VariableNode():
            return _json_value((variables or {})[node.name.value])
        case IntValueNode():
            return exact_integer(node.value)
        case FloatValueNode():
            return exact_decimal(node.value)
        case _:
            return value_from_ast_untyped(node)


def _is_missing(node: ValueNode, variables: Mapping[str, Any] | None) -> bool:
    return isinstance(node, VariableNode) and node.name.value not in (variables or {})


def _json_value(value: Any) -> Any:
    """The JSON value of a variable of another type.

    The type is another scalar or an enum.
    """
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Moment):
        return value.text
    return value.value if isinstance(value, Enum) else value


def _as_it_is(value: Any) -> Any:
    return value


Representation = NewType("Representation", object)
"""A representation of an entity (`schema.vocabulary.representation`)."""
SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    date: strawberry.scalar(
        name="Date",
        description="A day as RFC 3339 writes it: `2026-01-31`.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=date.isoformat,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant as RFC 3339 writes it. Answers are in UTC with milliseconds and `Z`: "
            "`2026-01-31T12:00:00.000Z`. Input may use any offset, and is cut to the millisecond. In filters "
            "it may be relative to now, by an ISO 8601 duration: `now`, `now-P30D`, `now+PT12H`; years to "
            "days go by the calendar of UTC."
        ),
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=instant_text,
        parse_value=_parse_instant,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description=(
            "Any JSON value. Numbers are whole ones of 64 bits, or decimals that a double holds; "
            "others are refused, so that no number changes."
        ),
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc8259",
        serialize=_as_it_is,
        parse_value=_as_it_is,
        parse_literal=_json_literal,
    ),
    Representation: strawberry.scalar(
        name="_Any",
        description="A representation of an entity: an object with `__typename` and `id`.",
        parse_value=_as_it_is,
        parse_literal=_json_literal,
    ),
}

"""Converts inputs to JSON with GraphQL names."""

from dataclasses import fields
from enum import Enum
from typing import Any

from strawberry.types import has_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case


def written_form(value: Any) -> Any:
    """The JSON of an argument's value, as written.

    Members that were left out or null are absent.
    """
    if isinstance(value, list):
        return [written_form(element) for element in value]
    if isinstance(value, Enum):
        return value.name
    if not has_object_definition(value):
        return value
    return {
        _name(member): written_form(member_value)
        for member in fields(value)  # type: ignore[arg-type]  # inputs are data classes
        if (member_value := getattr(value, member.name)) is not None
    }


def _name(member: Any) -> str:
    graphql_name = member.graphql_name if isinstance(member, StrawberryField) else None
    return graphql_name or to_camel_case(member.name)

"""Completes values as GraphQL's execution does."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)
from orjson import Fragment

from schema.engine.plan.unplanned import Unplanned

Complete = Callable[[Any], Any]


def json_as_it_is(text: str | None) -> Fragment | None:
    """JSON text for the response."""
    return None if text is None else Fragment(text)


def completer(type_: GraphQLOutputType, complete_object: Callable[[GraphQLObjectType], Complete]) -> Complete:
    """A function from a resolver's value to its JSON.

    It raises Unplanned if a non-null value is missing.
    """
    match type_:
        case GraphQLNonNull():
            return _required(completer(type_.of_type, complete_object))
        case GraphQLList():
            return _optional(_each(completer(type_.of_type, complete_object)))
        case GraphQLScalarType() | GraphQLEnumType():
            return _optional(type_.serialize)
        case GraphQLObjectType():
            return _optional(complete_object(type_))
        case _:
            raise Unplanned(str(type_))


def _required(complete: Complete) -> Complete:
    def required(value: Any) -> Any:
        completed = complete(value)
        if completed is None:
            raise Unplanned("a value is missing")
        return completed

    return required


def _optional(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _each(complete: Complete) -> Complete:
    return lambda values: [complete(value) for value in values]

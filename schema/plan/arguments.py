"""The arguments of a field, as its resolver would get them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLField, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.plan.unplanned import Unplanned

ReadArguments = Callable[[VariableValues], Mapping[str, Any]]


def argument_reader(
    schema: strawberry.Schema, definition: GraphQLField, field: StrawberryField, node: FieldNode
) -> ReadArguments:
    """A function from variables to the field's arguments by Python name, defaults included.

    Arguments without variables are read once. Raises GraphQLError where a value does not fit.
    """
    defaults = _defaults(field)

    def read(variables: VariableValues | None) -> Mapping[str, Any]:
        values = get_argument_values(definition, node, variables)
        converter = schema.schema_converter
        given = convert_arguments(values, field.arguments, converter.scalar_registry, schema.config)
        return {**defaults, **given}

    if uses_variables(node):
        return read
    constant = read(None)
    return lambda _: constant


def _defaults(field: StrawberryField) -> dict[str, Any]:
    parameters = inspect.signature(plain_function(field)).parameters.values()
    return {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}


def plain_function(field: StrawberryField) -> Callable[..., Any]:
    """The function that resolves a field."""
    resolver = field.base_resolver
    if resolver is None or isinstance(resolver.wrapped_func, staticmethod | classmethod):
        raise Unplanned(field.python_name)
    return resolver.wrapped_func


def uses_variables(node: FieldNode) -> bool:
    """Whether an argument of the field depends on a variable."""
    finder = _VariableFinder()
    for argument in node.arguments or ():
        visit(argument, finder)
    return finder.has_found


class _VariableFinder(Visitor):
    has_found = False

    def enter_variable(self, *_: Any) -> None:
        self.has_found = True

"""Arguments of fields, as their resolvers receive them."""

import inspect
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import strawberry
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLScalarType,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_specified_scalar_type,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.engine.plan.unplanned import Unplanned

MISSING: Final = Ellipsis
"""The value for a variable that was not sent: it differs from null."""
SCALARS: Final = frozenset({str, int, bool, float, type(None), type(MISSING)})


@dataclass(frozen=True, slots=True)
class ReadArguments:
    """Reads a field's arguments from variables.

    They are by Python name, with defaults. Raises GraphQLError if a value does not fit.
    """

    constant: Mapping[str, Any]
    """Arguments without variables: read once."""
    varying: "_Part | None" = None

    def values_used(self, variables: VariableValues) -> Hashable:
        """A cache key of the arguments, or None.

        It has the values of the variables in them. It is None if a value is not a scalar.
        """
        if self.varying is None:
            return ()
        used = tuple(variables.coerced.get(name, MISSING) for name in self.varying.variables)
        if not all(type(value) in SCALARS for value in used):
            return None
        return tuple((type(value), value) for value in used)

    def __call__(self, variables: VariableValues) -> Mapping[str, Any]:
        if self.varying is None:
            return self.constant
        return {**self.constant, **self.varying.read(variables)}


def argument_reader(
    schema: strawberry.Schema, definition: GraphQLField, field: StrawberryField, node: FieldNode
) -> ReadArguments:
    """Return the argument reader of a field.

    Raises GraphQLError if a constant does not fit.
    """
    varying = {argument.name.value for argument in node.arguments or () if variables_in(argument)}
    fixed = _Part(schema, definition, field, node, varying, is_varying=False)
    constant = {**_defaults(field), **fixed.coerced(None)}
    if not varying:
        return ReadArguments(constant)
    return ReadArguments(constant, _Part(schema, definition, field, node, varying, is_varying=True))


class _Part:
    """The arguments with variables, or those without."""

    def __init__(
        self,
        schema: strawberry.Schema,
        definition: GraphQLField,
        field: StrawberryField,
        node: FieldNode,
        varying: Collection[str],
        *,
        is_varying: bool,
    ) -> None:
        def belongs(name: str) -> bool:
            return (name in varying) is is_varying

        self._schema = schema
        self._names = schema.config.name_converter
        self._arguments = [
            argument for argument in field.arguments if belongs(self._names.from_argument(argument))
        ]
        self._definition = GraphQLField(
            definition.type, {name: argument for name, argument in definition.args.items() if belongs(name)}
        )
        arguments = tuple(argument for argument in node.arguments or () if belongs(argument.name.value))
        self._node = FieldNode(name=node.name, arguments=arguments)

        self._plain = self._plain_variables()
        self.variables = sorted({name for argument in arguments for name in variables_in(argument)})

    def read(self, variables: VariableValues) -> Mapping[str, Any]:
        """The arguments for these variables."""
        values = {name: variables.coerced.get(variable) for name, variable in self._plain}
        if values and None not in values.values():
            return values
        return self.coerced(variables)

    def coerced(self, variables: VariableValues | None) -> Mapping[str, Any]:
        """The arguments as the standard execution reads them."""
        values = get_argument_values(self._definition, self._node, variables)
        scalars = self._schema.schema_converter.scalar_registry
        return convert_arguments(values, self._arguments, scalars, self._schema.config)

    def _plain_variables(self) -> Sequence[tuple[str, str]]:
        """The variables of arguments without conversion.

        It has each argument's Python name with the name of its variable, if all are scalars. The value of
        such a variable is the argument, unless it is missing or null.
        """
        variables = {
            argument.name.value: argument.value.name.value
            for argument in self._node.arguments or ()
            if isinstance(argument.value, VariableNode)
        }
        arguments = self._definition.args
        if variables.keys() != arguments.keys() or not all(
            _is_plain(argument.type) for argument in arguments.values()
        ):
            return ()
        return [
            (argument.python_name, variables[self._names.from_argument(argument)])
            for argument in self._arguments
        ]


def _is_plain(type_: GraphQLInputType) -> bool:
    nullable = get_nullable_type(type_)
    return isinstance(nullable, GraphQLScalarType) and is_specified_scalar_type(nullable)


def _defaults(field: StrawberryField) -> dict[str, Any]:
    parameters = inspect.signature(plain_function(field)).parameters.values()
    return {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.default is not inspect.Parameter.empty
    }


def plain_function(field: StrawberryField) -> Callable[..., Any]:
    """The function that resolves a field."""
    resolver = field.base_resolver
    if resolver is None or isinstance(resolver.wrapped_func, staticmethod | classmethod):
        raise Unplanned(field.python_name)
    return resolver.wrapped_func


def variables_in(argument: ArgumentNode) -> set[str]:
    """The names of the variables in an argument."""
    finder = _VariableFinder()
    visit(argument, finder)
    return finder.names


class _VariableFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)

"""Coerces the variables of a request.

The result is the same as with graphql-core.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_nullable_type,
    get_variable_values,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

from resolvers.values.json_text import InexactNumber, has_float

IsCoerced: TypeAlias = Callable[[Any], bool]

COERCED_AS_THEY_ARE: Final[Mapping[str, IsCoerced]] = {
    "ID": lambda value: type(value) is str,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT,
}
MOST_ERRORS: Final = 50
"""The limit of graphql-core's execution: each error takes as long as many values."""
LISTED_AS_THEY_ARE: Final[Mapping[str, type]] = {"ID": str, "String": str, "Boolean": bool}
"""The types of elements with values that need no coercion."""


class ReadVariables:
    """Coerces the variables of one operation.

    graphql-core reads every definition again for each request. If all variables are present and have the
    expected types, their values are the coerced values.
    """

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hide_suggestions: bool
    ) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._hide_suggestions = hide_suggestions
        self._plain = self._plain_variables()
        self._types = self._types_by_name()

    def __call__(self, values: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The coerced values, or their errors."""
        sources = {}
        coerced = {}
        for name, is_coerced, signature in self._plain:
            value = values.get(name)
            if not is_coerced(value):
                break
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value
        if len(coerced) == len(self._definitions):
            return VariableValues(sources, coerced)
        return get_variable_values(
            self._schema,
            self._definitions,
            {name: self._with_exact_ids(name, value) for name, value in values.items()},
            max_errors=MOST_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )

    def _with_exact_ids(self, name: str, value: Any) -> Any:
        """The value without floats as IDs.

        A float in the place of an ID becomes an InexactNumber, which no type accepts. graphql-core takes
        5.0 for the ID "5"; an ID is a string or an integer (GraphQL 3.5.5).
        """
        type_ = self._types.get(name)
        return value if type_ is None or not has_float(value) else _without_float_ids(value, type_)

    def _types_by_name(self) -> Mapping[str, GraphQLInputType]:
        signatures = [get_variable_signature(self._schema, definition) for definition in self._definitions]
        return {
            definition.name: definition.type
            for definition in signatures
            if not isinstance(definition, GraphQLError)
        }

    def _plain_variables(self) -> Sequence[tuple[str, IsCoerced, GraphQLVariableSignature]]:
        plain = []
        for definition in self._definitions:
            signature = get_variable_signature(self._schema, definition)
            if isinstance(signature, GraphQLError):
                return ()
            is_coerced = _coerced_as_it_is(get_nullable_type(signature.type))
            if is_coerced is None:
                return ()
            plain.append((signature.name, is_coerced, signature))
        return plain


def _coerced_as_it_is(type_: GraphQLNullableType) -> IsCoerced | None:
    """A check for values that need no coercion.

    It is for values other than null. It is None for types without a fast check.
    """
    match type_:
        case GraphQLScalarType(name=name) if name in COERCED_AS_THEY_ARE:
            return COERCED_AS_THEY_ARE[name]
        case GraphQLList(of_type=GraphQLNonNull(of_type=GraphQLScalarType(name=name))) if (
            name in LISTED_AS_THEY_ARE
        ):
            types = {LISTED_AS_THEY_ARE[name]}
            return lambda value: type(value) is list and set(map(type, value)) <= types
    return None


def _without_float_ids(value: Any, type_: GraphQLInputType) -> Any:
    nullable = get_nullable_type(type_)
    match nullable, value:
        case GraphQLList(of_type=item), list():
            return [_without_float_ids(element, item) for element in value]
        case GraphQLList(of_type=item), _:
            return _without_float_ids(value, item)
        case GraphQLInputObjectType(fields=fields), dict():
            return {
                name: _without_float_ids(element, fields[name].type) if name in fields else element
                for name, element in value.items()
            }
        case GraphQLScalarType(name="ID"), float():
            return InexactNumber(repr(value))
    return value

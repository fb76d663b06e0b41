"""The variables of a request, coerced as graphql-core does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_nullable_type,
    get_variable_values,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

COERCED_AS_THEY_ARE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "ID": lambda value: type(value) is str,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT,
}


class ReadVariables:
    """What coerces the variables of one operation.

    graphql-core looks at every definition anew for each request. Where all variables are given, and
    are what their types want, their values are the coerced ones.
    """

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hide_suggestions: bool
    ) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._hide_suggestions = hide_suggestions
        self._plain = self._plain_variables()

    def __call__(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values, or what is wrong with them."""
        sources = {}
        coerced = {}
        for name, is_coerced, signature in self._plain:
            value = given.get(name)
            if not is_coerced(value):
                break
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value
        if len(coerced) == len(self._definitions):
            return VariableValues(sources, coerced)
        return get_variable_values(
            self._schema, self._definitions, dict(given), hide_suggestions=self._hide_suggestions
        )

    def _plain_variables(self) -> Sequence[tuple[str, Callable[[Any], bool], GraphQLVariableSignature]]:
        plain = []
        for definition in self._definitions:
            signature = get_variable_signature(self._schema, definition)
            if isinstance(signature, GraphQLError):
                return ()
            type_ = get_nullable_type(signature.type)
            if not isinstance(type_, GraphQLScalarType) or type_.name not in COERCED_AS_THEY_ARE:
                return ()
            plain.append((signature.name, COERCED_AS_THEY_ARE[type_.name], signature))
        return plain

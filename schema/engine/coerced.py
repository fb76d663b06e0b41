"""Executing with variables that are coerced already, which graphql-core would do a second time."""

from dataclasses import replace
from typing import Any, Self, cast

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode

from schema.engine.released import ReleasedExecutor


class CoercedVariables(ReleasedExecutor):
    """Takes the variables of its context where that has them; the document defines none then."""

    @classmethod
    def build(cls, *arguments: Any, **options: Any) -> Self | list[GraphQLError]:
        """The executor of one request, or why there is none."""
        built = super().build(*arguments, **options)
        if isinstance(built, cls):
            built.variable_values = getattr(built.context_value, "variables", None) or built.variable_values
        return cast("Self | list[GraphQLError]", built)


def without_variables(document: DocumentNode, operation: OperationDefinitionNode) -> DocumentNode:
    """The document with no variables of that operation to be coerced."""
    bare = replace(operation, variable_definitions=())
    return replace(
        document,
        definitions=tuple(
            [bare if definition is operation else definition for definition in document.definitions]
        ),
    )

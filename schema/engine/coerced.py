"""Executes operations with coerced variables.

graphql-core would coerce them a second time.
"""

from dataclasses import replace
from typing import Any, Self, cast

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode

from schema.engine.released import ReleasedExecutor


class CoercedVariables(ReleasedExecutor):
    """Executes with the coerced variables of its context.

    If the context has none, it coerces them. With them, the document defines no variables.
    """

    @classmethod
    def build(cls, *arguments: Any, **options: Any) -> Self | list[GraphQLError]:
        """The executor of one request, or its errors."""
        built = super().build(*arguments, **options)
        if isinstance(built, cls):
            built.variable_values = getattr(built.context_value, "variables", None) or built.variable_values
        return cast("Self | list[GraphQLError]", built)


def without_variables(document: DocumentNode, operation: OperationDefinitionNode) -> DocumentNode:
    """The document without the operation's variable definitions.

    So graphql-core has no variables to coerce.
    """
    bare = replace(operation, variable_definitions=())
    return replace(
        document,
        definitions=tuple(
            [bare if definition is operation else definition for definition in document.definitions]
        ),
    )

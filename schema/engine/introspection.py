"""Cached results of schema queries.

They are the same for every caller, so they are kept as bytes.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from graphql import FieldNode, GraphQLSchema, OperationType, execute_sync
from orjson import Fragment
from strawberry.types import ExecutionResult

from models.cache import BUDGET, Budget, Cache
from resolvers.background import in_background
from schema.engine.document import Operation
from schema.engine.limits.introspection import META_FIELDS

FREE: Final = META_FIELDS | {"__typename"}


def asks_for_schema_only(operation: Operation) -> bool:
    """Whether an operation reads only the schema.

    It has to be written without fragments at its root.
    """
    fields = [
        selection for selection in operation.node.selection_set.selections if isinstance(selection, FieldNode)
    ]
    names = {field.name.value for field in fields}
    is_query = operation.node.operation is OperationType.QUERY and not operation.node.directives
    is_flat = len(fields) == len(operation.node.selection_set.selections)
    return is_query and is_flat and names <= FREE and bool(names & META_FIELDS)


class Introspection:
    """Executes schema queries, and caches repeated ones.

    They run in another thread.
    """

    def __init__(self, schema: GraphQLSchema, budget: Budget = BUDGET) -> None:
        self._schema = schema
        self._answers = Cache("introspection", share=0.01, largest=0.5, budget=budget)

    async def run(self, operation: Operation, variables: Mapping[str, Any]) -> ExecutionResult | None:
        """The result for coerced variables, or None with errors.

        Its JSON is already text.
        """
        name = operation.node.name
        key = operation.text, name.value if name else None, tuple(sorted(variables.items()))
        data = self._answers.find(key)
        if data is None:
            data = await in_background(lambda: self._executed(operation, variables))
            if data is None:
                return None
            self._answers.get(key, lambda: data, at_second_request=True)
        return ExecutionResult({name: Fragment(value) for name, value in data.items()}, None)

    def _executed(self, operation: Operation, variables: Mapping[str, Any]) -> dict[str, bytes] | None:
        name = operation.node.name
        result = execute_sync(
            self._schema,
            operation.document,
            variable_values=dict(variables),
            operation_name=name.value if name else None,
        )
        if result.errors:
            return None
        return {name: orjson.dumps(value) for name, value in (result.data or {}).items()}

"""Executes a valid operation.

It runs a compiled plan if there is one, else it executes field by field.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from graphql import OperationType
from graphql.execution.values import VariableValues
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from resolvers.background import in_background
from schema.engine.coerced import without_variables
from schema.engine.columns import OperationColumns
from schema.engine.document import Documents, Operation
from schema.engine.introspection import Introspection, asks_for_schema_only
from schema.engine.limits.inputs import count_objects
from schema.engine.limits.limits import LimitExceeded, require_at_most
from schema.engine.plan.cache import Plans
from schema.engine.subscription import Subscription, subscribed
from schema.vocabulary.context import Context


class KnownDocument(SchemaExtension):
    """Passes a parsed document to Strawberry.

    So Strawberry neither parses nor validates it. Its variables are not coerced again either, see
    `CoercedVariables`.
    """

    def on_parse(self) -> Iterator[None]:
        operation = getattr(self.execution_context.context, "operation", None)
        if operation is not None:
            self.execution_context.graphql_document = without_variables(operation.document, operation.node)
            self.execution_context.pre_execution_errors = []  # which it takes for validated
        yield


class Execution:
    """Executes operations by plan or by field.

    Both have equal results and limits.
    """

    def __init__(self, schema: strawberry.Schema, documents: Documents, *, with_plans: bool = True) -> None:
        self._schema = schema
        self._documents = documents
        self._introspection = Introspection(documents.core)
        self._columns = OperationColumns(documents.core)
        self._plans = Plans(schema, documents) if with_plans else None

    def cost(self, operation: Operation, variables: Mapping[str, Any] | None) -> dict[str, int]:
        """The estimated cost of an operation, and its limit."""
        return {"nodes": operation.cost(variables or {}), "maximum": self._documents.limits.nodes}

    async def run(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None,
        context: Context,
        *,
        is_large: bool = False,
    ) -> ExecutionResult:
        """Execute an operation and return its result.

        It is a PreExecutionError if no field could be executed.

        Large variables are coerced in another thread.
        """
        sent = dict(variables or {})
        values = await self._coerced(operation, sent) if is_large else self._coerced_here(operation, sent)
        if not isinstance(values, VariableValues):
            return values
        context.operation_type, context.way = operation.type, "planned"
        if self._plans is not None and not context.caller.is_anonymous:
            result = await self._plans.run(operation, values, context)
            if result is not None:
                return result
        context.way = "standard"
        if asks_for_schema_only(operation):
            result = await self._introspection.run(operation, values.coerced)
            if result is not None:
                return result
        context.operation, context.variables = operation, values
        context.shows_schema = self._documents.limits.introspection
        context.columns = self._columns.of(operation)
        name = operation.node.name
        return await self._schema.execute(
            operation.text,
            variable_values=sent,
            context_value=context,
            operation_name=name.value if name else None,
        )

    async def subscribe(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None,
        context: Context,
        *,
        is_large: bool = False,
    ) -> Subscription | ExecutionResult:
        """Start a subscription, or return a PreExecutionError.

        The subscription yields events from now on.
        """
        sent = dict(variables or {})
        values = await self._coerced(operation, sent) if is_large else self._coerced_here(operation, sent)
        if not isinstance(values, VariableValues):
            return values
        context.operation_type, context.way = operation.type, "standard"
        columns = self._columns.of(operation)
        return await subscribed(self._documents.core, operation, values, context, columns)

    async def _coerced(
        self, operation: Operation, sent: dict[str, Any]
    ) -> VariableValues | PreExecutionError:
        """Coerce the variables of an operation within the limits.

        Returns a PreExecutionError if they are refused.
        """
        refused = self._beyond_limits(operation, sent)
        return refused if refused is not None else await in_background(lambda: _coerced(operation, sent))

    def _coerced_here(self, operation: Operation, sent: dict[str, Any]) -> VariableValues | PreExecutionError:
        """Coerce few variables without a background thread.

        Few variables take no time.
        """
        return self._beyond_limits(operation, sent) or _coerced(operation, sent)

    def _beyond_limits(self, operation: Operation, sent: dict[str, Any]) -> PreExecutionError | None:
        limits = self._documents.limits
        try:
            if operation.node.operation is not OperationType.MUTATION:  # which reads its own a few at a time
                require_at_most("inputs", limits.inputs, count_objects(sent))
            require_at_most("nodes", limits.nodes, operation.cost(sent))
        except LimitExceeded as error:
            return PreExecutionError(None, [error])
        return None


def _coerced(operation: Operation, sent: dict[str, Any]) -> VariableValues | PreExecutionError:
    values = operation.variables(sent)
    return values if isinstance(values, VariableValues) else PreExecutionError(None, values)

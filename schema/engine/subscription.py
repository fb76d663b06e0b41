"""Executes subscriptions: the source once, each event as a query."""

from typing import Any, Protocol, cast

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, GraphQLSchema, create_source_event_stream, execute_subscription_event
from graphql.execution.values import VariableValues
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from schema.engine.coerced import CoercedVariables, without_variables
from schema.engine.columns import Columns
from schema.engine.document import Operation
from schema.vocabulary.context import Context


class Source(Protocol):
    """The value of a subscription's field."""

    async def next(self, seconds: float) -> Any:
        """The next event, or None after a timeout.

        The timeout is in seconds. It also returns None after `wake`.
        """

    def root(self, event: Any, /) -> object:
        """An event as the value of the field."""

    def serve(self, delivery: Any, /) -> None:
        """Let `next` send events by itself while it waits.

        It does so if other subscriptions receive the same events.
        """

    def wake(self) -> None:
        """Make `next` return immediately."""

    def close(self) -> None:
        """Stop the source."""


class Subscription:
    """An open subscription: its source and its execution."""

    def __init__(
        self,
        core: GraphQLSchema,
        operation: Operation,
        values: VariableValues,
        source: Source,
        columns: Columns,
    ) -> None:
        self._core = core
        self._columns = columns
        self._values = values
        self.operation = operation
        self.source = source

    async def execute(self, event: Any, context: Context) -> ExecutionResult:
        """The response to an event.

        It is executed in a context of its own.
        """
        context.columns = self._columns
        executor = _executor(self._core, self.operation, self._values, context, self.source.root(event))
        if isinstance(executor, list):
            return PreExecutionError(None, executor)
        try:
            result = execute_subscription_event(executor)
            done = cast("CoreResult", await result if executor.is_awaitable(result) else result)
        except Exception as error:  # noqa: BLE001  (graphql-core lets some through)
            return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])
        return ExecutionResult(done.data, done.errors)


async def subscribed(
    core: GraphQLSchema, operation: Operation, values: VariableValues, context: Context, columns: Columns
) -> Subscription | ExecutionResult:
    """Start a subscription, or return its errors."""
    executor = _executor(core, operation, values, context)
    if isinstance(executor, list):
        return PreExecutionError(None, executor)
    stream = create_source_event_stream(executor)
    source: Any = await stream if executor.is_awaitable(stream) else stream
    if isinstance(source, CoreResult):
        return PreExecutionError(None, source.errors)
    return Subscription(core, operation, values, source, columns)


def _executor(
    core: GraphQLSchema, operation: Operation, values: VariableValues, context: Context, root: object = None
) -> CoercedVariables | list[GraphQLError]:
    context.operation, context.variables = operation, values
    name = operation.node.name
    return CoercedVariables.build(
        core,
        without_variables(operation.document, operation.node),
        root_value=root,
        context_value=context,
        operation_name=name.value if name else None,
    )

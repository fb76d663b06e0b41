"""Find and execute GraphQL operations, over HTTP or WebSocket."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from graphql import GraphQLError, OperationType
from strawberry import Schema
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from gateway.graphql.request import GraphQLRequest
from gateway.graphql.trusted_documents import TrustedDocuments
from resolvers.caller import Caller
from resolvers.errors import shortened
from schema.engine.document import Document, Documents, Operation
from schema.engine.execution import Execution
from schema.engine.limits.limits import Limits
from schema.engine.subscription import Subscription
from schema.vocabulary.context import Context

QUERY: Final = OperationType.QUERY.value
SUBSCRIPTION: Final = OperationType.SUBSCRIPTION.value
LONGEST_NAME: Final = 100
"""Characters of an operation's name in logs and messages."""

DECIMALS: Final = 2
"""Of milliseconds."""

Check: TypeAlias = Callable[[OperationType], None]
"""Raises Refused for an operation that its method or protocol does not allow."""


class Operations:
    """The documents, plans and schema of one gateway."""

    def __init__(
        self,
        schema: Schema,
        *,
        compiled_plans: bool = True,
        limits: Limits | None = None,
        trusted: TrustedDocuments | None = None,
    ) -> None:
        self._trusted = TrustedDocuments() if trusted is None else trusted  # an empty one is false
        self.documents = Documents(schema, limits)
        self._execution = Execution(schema, self.documents, with_plans=compiled_plans)

    async def find(
        self, request: GraphQLRequest, caller: Caller, check: Check
    ) -> Operation | PreExecutionError:
        """Find the operation of a request, or its errors.

        Raises Refused.
        """
        try:
            text = self._trusted.text(request)
        except GraphQLError as error:  # of the trusted documents
            return PreExecutionError(None, [error.with_traceback(None)])
        document = await self.documents.received(text, is_anonymous=caller.is_anonymous)
        if not document.nodes and document.errors:
            return PreExecutionError(None, list(document.errors))
        try:
            name = document.name_of(request.operation_name)
        except KeyError:
            return PreExecutionError(None, [_no_operation(document, request.operation_name)])
        check(document.nodes[name].operation)
        if document.errors:
            return PreExecutionError(None, list(document.errors))
        self._trusted.register(request, is_anonymous=caller.is_anonymous)
        return document.operations[name]

    async def run(self, operation: Operation, request: GraphQLRequest, context: Context) -> ExecutionResult:
        """Execute a query or mutation.

        A query for which the standby fails is executed again, on the primary.
        """
        began = time.perf_counter()
        result = await self._execution.run(operation, request.variables, context, is_large=request.is_large)
        if context.route.has_failed:
            await context.start_over()
            context.route.stay_on_primary("failed")
            result = await self._execution.run(
                operation, request.variables, context, is_large=request.is_large
            )
        if request.extensions:
            figures = self._figures(operation, request, context, time.perf_counter() - began)
            result.extensions = figures or result.extensions
        return result

    def _figures(
        self, operation: Operation, request: GraphQLRequest, context: Context, seconds: float
    ) -> dict[str, Any]:
        """The figures about the request itself that its extensions ask for."""
        wanted = request.extensions or {}
        figures: dict[str, Any] = {}
        if wanted.get("cost") is True:
            figures["cost"] = self._execution.cost(operation, request.variables)
        if wanted.get("timing") is True:
            figures["timing"] = {
                "statements": context.statements,
                "milliseconds": round(seconds * 1_000, DECIMALS),
            }
        if wanted.get("cursor") is True and context.cursor is not None:
            figures["cursor"] = context.cursor
        return figures

    async def subscribe(
        self, operation: Operation, request: GraphQLRequest, context: Context
    ) -> Subscription | ExecutionResult:
        """Start a subscription, or return its errors."""
        return await self._execution.subscribe(
            operation, request.variables, context, is_large=request.is_large
        )


def is_query(operation: Operation) -> bool:
    """Whether the operation is a query."""
    return operation.type == QUERY


def is_subscription(operation: Operation) -> bool:
    """Whether the operation is a subscription."""
    return operation.type == SUBSCRIPTION


def _no_operation(document: Document, name: str | None) -> GraphQLError:
    """Return the error of an ambiguous or unknown operation."""
    if not document.nodes:
        return GraphQLError("The document has no operation.")
    if name is None:
        return GraphQLError("The document has several operations; `operationName` must name one.")
    return GraphQLError(f'Unknown operation named "{shortened(name, LONGEST_NAME)}".')

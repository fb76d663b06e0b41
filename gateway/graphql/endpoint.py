"""The GraphQL endpoint: a request in, an operation executed on the schema, JSON out."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from http import HTTPStatus
from typing import Final, TypeAlias

from graphql import GraphQLError, OperationType
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from gateway.graphql.errors import error_response
from gateway.graphql.request import GraphQLRequest, RequestLimits, bad_request, read_request
from gateway.graphql.response import GRAPHQL_RESPONSE, MEDIA_TYPES, batch_response, result_response
from gateway.graphql.trusted_documents import TrustedDocuments
from gateway.http.accept import accept_of
from resolvers.errors import shortened
from resolvers.policy import Policy
from rest_compat.wire.errors import Refused
from rest_compat.wire.headers import list_value
from rest_compat.wire.request_state import RequestState, database_of, request_state
from rest_compat.wire.responses import LARGEST_ANSWER
from schema.engine.document import Document, Documents
from schema.engine.execution import Execution
from schema.engine.limits.limits import Limits
from schema.vocabulary.context import Context
from schema.vocabulary.errors import codes_of

LONGEST_NAME: Final = 100
"""Characters of an operation's name in logs and messages."""
NOT_ACCEPTABLE: Final = f"Answers are application/json or {GRAPHQL_RESPONSE}; the request accepts neither."

OperationSpan: TypeAlias = Callable[[RequestState], AbstractAsyncContextManager[object]]
"""A block in which an operation is executed, which tracing looks at."""


class GraphQLEndpoint:
    """POST for everything, GET for queries. No uploads.

    Strawberry's own view is passed over on purpose: it answers some malformed requests with 500,
    others in plain text, and has no place for a context that must be closed. The caller, the
    database and the request id come from the request's state.
    """

    def __init__(
        self,
        schema: Schema,
        policy: Policy,
        *,
        compiled_plans: bool = True,
        limits: Limits | None = None,
        request_limits: RequestLimits | None = None,
        largest_answer: int = LARGEST_ANSWER,
        trusted: TrustedDocuments | None = None,
        span: OperationSpan = nullcontext,
    ) -> None:
        self._policy = policy
        self._limits = request_limits or RequestLimits()
        self._largest_answer = largest_answer
        self._trusted = TrustedDocuments() if trusted is None else trusted  # an empty one is false
        self._span = span
        self.documents = Documents(schema, limits)
        self._execution = Execution(schema, self.documents, with_plans=compiled_plans)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope, receive)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        media_type = accept_of(scope["headers"]).preferred(MEDIA_TYPES)
        if media_type is None:
            return error_response(Refused(HTTPStatus.NOT_ACCEPTABLE, message=NOT_ACCEPTABLE))
        state = request_state(scope)
        request_id = state.request_id
        state.statements = 0
        try:
            asked = await read_request(scope, receive, self._limits)
            if not isinstance(asked, list):
                result = await self._execute(scope, asked)
                state.codes = codes_of(result.errors)
                return result_response(result, media_type, request_id, self._largest_answer)
        except Refused as refusal:
            return error_response(refusal, media_type)
        results = [await self._execute_one_of_many(scope, one) for one in asked]
        return batch_response(results, media_type, request_id, self._largest_answer)

    async def _execute_one_of_many(self, scope: Scope, asked: GraphQLRequest) -> ExecutionResult:
        """The answer to one operation of a batch. That it is refused is nothing to the others."""
        try:
            return await self._execute(scope, asked)
        except Refused as refusal:
            return PreExecutionError(None, [GraphQLError(str(refusal))])

    async def _execute(self, scope: Scope, asked: GraphQLRequest) -> ExecutionResult:
        state = request_state(scope)
        state.operation = shortened(asked.operation_name or "", LONGEST_NAME)
        try:
            text = self._trusted.text(asked)
        except GraphQLError as error:  # of the trusted documents
            return PreExecutionError(None, [error.with_traceback(None)])
        is_anonymous = state.caller.is_anonymous
        document = await self.documents.received(text, is_anonymous=is_anonymous)
        if not document.nodes and document.errors:
            return PreExecutionError(None, list(document.errors))
        try:
            name = document.name_of(asked.operation_name)
        except KeyError:
            return PreExecutionError(None, [_no_operation(document, asked.operation_name)])
        _check_method(scope["method"], document.nodes[name].operation)
        if document.errors:
            return PreExecutionError(None, list(document.errors))
        self._trusted.register(asked, is_anonymous=is_anonymous)
        operation = document.operations[name]
        context = Context(
            database=database_of(scope),
            policy=self._policy,
            caller=state.caller,
            accept_language=list_value(scope["headers"], b"accept-language"),
            request_id=state.request_id or None,
        )
        state.context = context
        async with self._span(state), context:
            result = await self._execution.run(operation, asked.variables, context, is_large=asked.is_large)
        state.statements = (state.statements or 0) + context.statements
        if (asked.extensions or {}).get("cost") is True:
            result.extensions = {"cost": self._execution.cost(operation, asked.variables)}
        return result


def _no_operation(document: Document, name: str | None) -> GraphQLError:
    """Return why it cannot be determined which operation to execute."""
    if not document.nodes:
        return GraphQLError("The document has no operation.")
    if name is None:
        return GraphQLError("The document has several operations; `operationName` must name one.")
    return GraphQLError(f'Unknown operation named "{shortened(name, LONGEST_NAME)}".')


def _check_method(method: str, operation: OperationType) -> None:
    """Raises Refused for what a method must not do: a link or an image could make a browser GET it."""
    if operation is OperationType.SUBSCRIPTION:
        raise bad_request("Subscriptions are not offered.")
    if operation is OperationType.MUTATION and method != "POST":
        message = "GET executes queries only; send this with POST."
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"}, message=message)

"""The GraphQL endpoint: execute a request's operations, respond with JSON."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import Final, TypeAlias

from graphql import GraphQLError, OperationType
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from gateway.graphql.errors import error_response
from gateway.graphql.events import LAST_EVENT, Events, events_response
from gateway.graphql.followed import Followed
from gateway.graphql.operations import LONGEST_NAME, Operations, is_query, is_subscription
from gateway.graphql.request import GraphQLRequest, RequestLimits, bad_request, read_request
from gateway.graphql.response import (
    GRAPHQL_RESPONSE,
    JSON,
    MEDIA_TYPES,
    batch_response,
    encoded,
    result_response,
)
from models.connection.failure import DATABASE_FAILURES
from resolvers.errors import GatewayError, TooManyStreams, Unauthenticated, shortened
from resolvers.policy import Policy
from rest_compat.wire.accept import accept_of
from rest_compat.wire.errors import RENDERINGS, Refused
from rest_compat.wire.event_stream import EVENT_STREAM, EventStream
from rest_compat.wire.headers import list_value
from rest_compat.wire.request_state import RequestState, database_of, new_route, request_state, streams_of
from rest_compat.wire.responses import LARGEST_ANSWER
from schema.engine.document import Operation
from schema.vocabulary.context import Context
from schema.vocabulary.errors import codes_of

NOT_ACCEPTABLE: Final = (
    f"Answers are application/json, {GRAPHQL_RESPONSE} or {EVENT_STREAM}; the request accepts none of them."
)
NEEDS_EVENTS: Final = (
    f"Subscriptions need a GET or POST with `Accept: {EVENT_STREAM}`, or a WebSocket (graphql-transport-ws)."
)
MEDIA_TYPES_AND_EVENTS: Final = (*MEDIA_TYPES, EVENT_STREAM)
FOLLOWING: Final = frozenset({"GET", "POST"})
"""The methods of a subscription."""

OperationSpan: TypeAlias = Callable[[RequestState], AbstractContextManager[object]]
"""Makes a context manager around the execution of an operation, for tracing."""


class GraphQLEndpoint:
    """The endpoint: POST for all operations, GET for queries and subscriptions.

    It takes no uploads. Strawberry's own view is passed over on purpose: it answers some malformed requests
    with 500, others in plain text, and has no place for a context that must be closed. The caller, the
    database and the request id come from the request's state.
    """

    def __init__(
        self,
        operations: Operations,
        policy: Policy,
        *,
        request_limits: RequestLimits | None = None,
        largest_answer: int = LARGEST_ANSWER,
        request_timeout: float = 10.0,
        span: OperationSpan = nullcontext,
    ) -> None:
        self._operations = operations
        self._policy = policy
        self._limits = request_limits or RequestLimits()
        self._largest_answer = largest_answer
        self._request_timeout = request_timeout
        self._span = span

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accept = accept_of(scope["headers"])
        media_type = accept.preferred(MEDIA_TYPES_AND_EVENTS)
        if media_type is None:
            response = error_response(Refused(HTTPStatus.NOT_ACCEPTABLE, message=NOT_ACCEPTABLE))
        else:
            try:
                takes_events = accept.wants(EVENT_STREAM)
                response = await self._answer(scope, receive, media_type, takes_events=takes_events)
            except Refused as refusal:
                response = error_response(refusal, JSON if media_type == EVENT_STREAM else media_type)
        await response(scope, receive, send)

    async def _answer(
        self, scope: Scope, receive: Receive, media_type: str, *, takes_events: bool
    ) -> Response:
        """Execute the operation of a request, or its batch. Raises Refused."""
        state = request_state(scope)
        state.statements = 0
        request = await read_request(scope, receive, self._limits)
        if isinstance(request, list):
            results = [await self._execute_one_of_many(scope, state, member) for member in request]
            return batch_response(results, media_type, state.request_id, self._largest_answer)
        operation = await self._find(scope, state, request, takes_events=takes_events)
        if isinstance(operation, Operation):
            if is_subscription(operation):
                return await self._follow(scope, state, operation, request)
            result = await self._run(scope, state, operation, request)
        else:
            result = operation
        if result.errors:
            state.codes = codes_of(result.errors)
        if media_type == EVENT_STREAM:
            return events_response(encoded(result, state.request_id, self._largest_answer)[0])
        return result_response(result, media_type, state.request_id, self._largest_answer)

    async def _execute_one_of_many(
        self, scope: Scope, state: RequestState, request: GraphQLRequest
    ) -> ExecutionResult:
        """Execute one operation of a batch.

        One refused operation does not fail the batch.
        """
        try:
            operation = await self._find(scope, state, request, takes_events=False)
            return (
                await self._run(scope, state, operation, request)
                if isinstance(operation, Operation)
                else operation
            )
        except Refused as refusal:
            return PreExecutionError(None, [GraphQLError(str(refusal))])

    async def _find(
        self, scope: Scope, state: RequestState, request: GraphQLRequest, *, takes_events: bool
    ) -> Operation | PreExecutionError:
        state.operation = shortened(request.operation_name or "", LONGEST_NAME)
        check = partial(_check_method, scope["method"], takes_events=takes_events)
        return await self._operations.find(request, state.caller, check)

    async def _run(
        self, scope: Scope, state: RequestState, operation: Operation, request: GraphQLRequest
    ) -> ExecutionResult:
        context = state.context = self._context(scope, state, is_read=is_query(operation))
        try:
            with self._span(state):
                async with context:
                    if context.route.has_cursor:
                        await _check_route(context)
                    return await self._operations.run(operation, request, context)
        finally:
            state.statements = (state.statements or 0) + context.statements
            if context.position is not None:
                state.has_written, state.cursor = True, context.cursor

    async def _follow(
        self, scope: Scope, state: RequestState, operation: Operation, request: GraphQLRequest
    ) -> Response:
        """Respond to a subscription with events.

        Raises Refused.
        """
        if state.caller.is_anonymous:
            raise _refused(Unauthenticated())
        context = state.context = self._context(scope, state)
        subscription = await self._operations.subscribe(operation, request, context)
        if isinstance(subscription, ExecutionResult):
            state.codes = codes_of(subscription.errors)
            return events_response(encoded(subscription, state.request_id, self._largest_answer)[0])
        try:
            stream = streams_of(scope).opened("graphql_sse", state.caller, state.verify)
        except TooManyStreams as failure:
            raise _refused(failure) from None
        followed = Followed(
            subscription,
            request.variables,
            partial(self._context, scope, state),
            largest=self._largest_answer,
            seconds=self._request_timeout,
        )
        return EventStream(stream, Events(followed), last=LAST_EVENT)

    def _context(self, scope: Scope, state: RequestState, *, is_read: bool = False) -> Context:
        return Context(
            database=database_of(scope),
            policy=self._policy,
            caller=state.caller,
            accept_language=list_value(scope["headers"], b"accept-language"),
            request_id=state.request_id or None,
            feeds=streams_of(scope).feeds,
            route=new_route(scope, state, self._policy) if is_read else None,
        )


async def _check_route(context: Context) -> None:
    """Check the cursor that a query brings. Raises Refused."""
    if context.caller.is_anonymous:
        return
    try:
        await context.route.check()
    except DATABASE_FAILURES:
        return  # its fields say so
    except GatewayError as failure:
        raise _refused(failure) from None


def _refused(failure: GatewayError) -> Refused:
    """The HTTP refusal of a failure, as REST has it."""
    rendering = RENDERINGS[type(failure)]
    return Refused(rendering.status, rendering.headers, message=failure.message, code=failure.code)


def _check_method(method: str, operation: OperationType, *, takes_events: bool) -> None:
    """Check whether the HTTP method allows the operation.

    Raises Refused: a link or an image could make a browser send a GET.
    """
    if operation is OperationType.SUBSCRIPTION and not (takes_events and method in FOLLOWING):
        raise bad_request(NEEDS_EVENTS)
    if operation is OperationType.MUTATION and method != "POST":
        message = "GET executes queries only; send this with POST."
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"}, message=message)

"""The GraphQL door: a request in, an operation executed on the schema, JSON out."""

from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gateway.errors import RETRY_AFTER
from gateway.graphql_request import RefusedRequest, read_request
from gateway.responses import graphql_error_response
from gateway.tracing.switch import operation_span
from resolvers.errors import Unavailable
from resolvers.policy import Policy
from schema.context import Context
from schema.errors import BAD_REQUEST, bug_in, codes_of, public_error
from schema.plan.cache import Plans

log = structlog.get_logger(__name__)

ALLOWED: Final = {
    "GET": {OperationType.QUERY},
    "HEAD": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}


class GraphQLDoor:
    """POST for everything, GET for queries. No batches, no uploads.

    Strawberry's own view is passed over on purpose: it answers some malformed requests with 500,
    others in plain text, and has no place for a context that must be closed. The caller, the
    database and the request id come from the request's state.
    """

    def __init__(self, schema: Schema, policy: Policy, plans: Plans | None = None) -> None:
        self._schema = schema
        self._plans = plans
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            operation = await read_request(request)
            result = await self._execute(request, operation)
        except RefusedRequest as refusal:
            return graphql_error_response(refusal.status, refusal.message, BAD_REQUEST, refusal.headers)
        request.state.codes = codes_of(result.errors)
        return _response(result, request.state.request_id)

    async def _execute(self, request: Request, operation: GraphQLRequestData) -> ExecutionResult:
        context = Context(
            database=request.state.database,
            policy=self._policy,
            caller=request.state.caller,
            accept_language=request.headers.get("accept-language"),
        )
        request.state.operation = operation.operation_name
        request.state.context = context
        try:
            async with operation_span(request.state._state, context), context:  # noqa: SLF001  (the mapping itself)
                result = await self._planned(operation, context) or await self._schema.execute(
                    operation.query,
                    variable_values=operation.variables,
                    context_value=context,
                    operation_name=operation.operation_name,
                    operation_extensions=operation.extensions,
                    allowed_operation_types=ALLOWED[request.method],
                )
        except CannotGetOperationTypeError as error:
            raise RefusedRequest(error.as_http_error_reason()) from None
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise RefusedRequest("Subscriptions are not offered.") from None
            raise RefusedRequest(
                "GET executes queries only; send this with POST.",
                HTTPStatus.METHOD_NOT_ALLOWED,
                {"Allow": "POST"},
            ) from None
        request.state.statements = context.statements
        return result

    async def _planned(self, operation: GraphQLRequestData, context: Context) -> ExecutionResult | None:
        """The answer of a compiled plan; None where the standard execution has to give it."""
        if self._plans is None:
            return None
        data = await self._plans.run(
            operation.query or "", operation.operation_name, operation.variables, context
        )
        return None if data is None else ExecutionResult(data=data, errors=None)


def _response(result: ExecutionResult, request_id: str) -> Response:
    body: dict[str, Any] = {}
    if result.errors:
        _log_bugs(result.errors)
        body["errors"] = [public_error(error, request_id) for error in result.errors]
    if not isinstance(result, PreExecutionError):
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    if _nothing_but_unavailable(result):
        return Response(orjson.dumps(body), 503, RETRY_AFTER, media_type="application/json")
    return Response(orjson.dumps(body), media_type="application/json")


def _nothing_but_unavailable(result: ExecutionResult) -> bool:
    """Nothing was answered, and trying again may help: load balancers and clients look at the status."""
    return codes_of(result.errors) == {Unavailable.code} and not any((result.data or {}).values())


def _log_bugs(errors: list[GraphQLError]) -> None:
    """Each bug once, though it may have failed many fields."""
    bugs = {id(bug): (bug, error.path) for error in errors if (bug := bug_in(error)) is not None}
    for bug, path in bugs.values():
        log.error("resolver failed", exc_info=bug, path=path)

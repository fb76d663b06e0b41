"""The ASGI application of the REST API.

The checks of a request have the contract's order (D4); then its operation answers.
"""

from collections.abc import Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from models.connection.failure import ResultTooLarge
from models.connection.standby.read import StandbyFailed
from resolvers.caller import TENANT, Caller
from resolvers.caller import Scope as Permission
from resolvers.changes.cursor import cursor_of_write
from resolvers.errors import AnswerTooLarge, Forbidden, GatewayError, InvalidArgument, Unauthenticated
from resolvers.policy import Policy
from rest_compat.call import Call, parse_query
from rest_compat.operations import EXTENSIONS, OPERATIONS
from rest_compat.routing import Operation, Router, path_parts
from rest_compat.wire.body import BodyLimits, read_json
from rest_compat.wire.errors import Refused, error_response
from rest_compat.wire.request_state import database_of, new_route, request_state, streams_of
from rest_compat.wire.responses import LARGEST_ANSWER

Authenticate: TypeAlias = Callable[[ASGIApp], ASGIApp]
"""Middleware that puts a Caller into the request's state, or answers 401 itself."""


def create_rest_app(
    policy: Policy,
    authenticate: Authenticate,
    *,
    limits: BodyLimits | None = None,
    largest_answer: int = LARGEST_ANSWER,
) -> ASGIApp:
    """Return the application for all HTTP requests below `/customer-segment`.

    Routing comes before authentication, so that an unknown path is 404 for every caller. Exceptions that no
    client has caused (no database, a bug) pass through, as the same layer answers them for both APIs.
    """
    router = Router((*OPERATIONS, *EXTENSIONS))
    answer = authenticate(_Answering(policy, limits or BodyLimits(), largest_answer))

    async def rest_app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            operation, path = router.find(scope["method"], path_parts(scope))
            request_state(scope).operation = operation.operation_id
            await answer({**scope, "endpoint": operation, "path_params": path}, receive, send)
        except (GatewayError, Refused) as failure:
            await error_response(failure)(scope, receive, send)

    return rest_app


class _Answering:
    """The ASGI application behind authentication.

    It answers an operation for a caller.
    """

    def __init__(self, policy: Policy, limits: BodyLimits, largest_answer: int) -> None:
        self._policy = policy
        self._limits = limits
        self._largest_answer = largest_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive), scope["endpoint"])
        await response(scope, receive, send)

    async def _answer(self, request: Request, operation: Operation) -> Response:
        state = request_state(request.scope)
        caller = state.caller
        _check_tenant(caller, request)
        caller.require(*operation.scopes)
        body = None
        if operation.media_types:
            body = await read_json(request, operation.media_types, operation.body.limits(self._limits))
        call = Call(
            caller=caller,
            policy=self._policy,
            database=database_of(request.scope),
            route=new_route(request.scope, state, self._policy),
            path=request.path_params,
            query=parse_query(request.scope["query_string"]),
            headers=request.headers,
            body=body,
            request_id=state.request_id or None,
            streams=streams_of(request.scope),
            verify=state.verify,
            method=request.method,
        )
        try:
            response = await _answered(operation, call)
        except ResultTooLarge as failure:
            path = () if Permission.MANAGE in operation.scopes else ("pageSize",)
            raise AnswerTooLarge(None, failure.most, path=path) from failure
        finally:
            state.statements = call.statements + call.route.statements
            state.cursor = cursor_of_write(caller.tenant, call.position, self._policy.cursor_secret)
        size = len(response.body)
        if size > self._largest_answer:
            raise AnswerTooLarge(size, self._largest_answer, path=("pageSize",))
        return response


async def _answered(operation: Operation, call: Call) -> Response:
    """Answer the operation; once more on the primary where the standby fails meanwhile."""
    try:
        return await operation.answer(call)
    except StandbyFailed:
        call.route.stay_on_primary("failed")
        return await operation.answer(call)


def _check_tenant(caller: Caller, request: Request) -> None:
    """Check the tenant of token, path and header.

    They must name one tenant; the header may be missing (behaviour D4, D5).
    """
    if caller.is_anonymous:
        raise Unauthenticated()
    tenant = request.path_params["tenant"]
    if not TENANT.fullmatch(tenant):
        raise InvalidArgument("A tenant has 3 to 16 of the characters a-z 0-9.", path=("tenant",))
    if caller.tenant != tenant:
        raise Forbidden()
    if request.headers.get("emporix-tenant", tenant) != tenant:
        raise InvalidArgument("The header names another tenant than the path.", path=("Emporix-Tenant",))

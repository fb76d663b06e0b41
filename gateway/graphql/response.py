"""GraphQL over HTTP responses: media type, status and body.

They follow the GraphQL over HTTP specification.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from graphql import GraphQLError
from starlette.responses import Response
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from resolvers.errors import AnswerTooLarge, TimedOut, Unavailable
from rest_compat.wire.errors import RETRY_AFTER
from rest_compat.wire.responses import JsonResponse
from schema.vocabulary.errors import bug_in, codes_of, public_error

JSON: Final = "application/json"
GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
MEDIA_TYPES: Final = (JSON, GRAPHQL_RESPONSE)
"""The first of equally acceptable types is used: application/json without an Accept header."""

log = structlog.get_logger(__name__)


def result_response(result: ExecutionResult, media_type: str, request_id: str, largest: int) -> Response:
    """The HTTP response to one operation.

    As application/json every answer of the schema is 200, as its clients expect; only the newer
    type tells by the status that nothing was executed. Both are 503 while the database is away, and
    504 after the timeout of a statement. A body of more than `largest` bytes is replaced by an error;
    what a mutation has written stands.
    """
    body, result = encoded(result, request_id, largest)
    if (failed := _failed_status(result)) is not None:
        headers = RETRY_AFTER if failed is HTTPStatus.SERVICE_UNAVAILABLE else None
        return JsonResponse(body, failed, headers, media_type=_typed(media_type))
    is_refused = media_type == GRAPHQL_RESPONSE and isinstance(result, PreExecutionError)
    status = HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK
    return JsonResponse(body, status, media_type=_typed(media_type))


def encoded(result: ExecutionResult, request_id: str, largest: int) -> tuple[bytes, ExecutionResult]:
    """Encode a result as JSON of at most `largest` bytes.

    For a larger one, return the JSON and the result of an error.
    """
    body = orjson.dumps(_body(result, request_id))
    if len(body) > largest:
        result = _too_large(len(body), largest)
        body = orjson.dumps(_body(result, request_id))
    return body, result


def _failed_status(result: ExecutionResult) -> HTTPStatus | None:
    """503 or 504 if only the database failed, else None.

    Load balancers look at the status.
    """
    if not result.errors:
        return None
    codes = codes_of(result.errors)
    if not codes or not codes <= {Unavailable.code, TimedOut.code} or any((result.data or {}).values()):
        return None
    return HTTPStatus.GATEWAY_TIMEOUT if TimedOut.code in codes else HTTPStatus.SERVICE_UNAVAILABLE


def _too_large(size: int, largest: int) -> ExecutionResult:
    failure = AnswerTooLarge(size, largest)
    return ExecutionResult(None, [GraphQLError(failure.message, original_error=failure)])


def batch_response(
    results: Sequence[ExecutionResult], media_type: str, request_id: str, largest: int
) -> Response:
    """The response to a batch, in its order.

    All results together have at most `largest` bytes; each has its own data or errors.
    """
    body = orjson.dumps([_body(result, request_id) for result in results])
    if len(body) > largest:
        refused = _body(_too_large(len(body), largest), request_id)
        body = orjson.dumps([refused] * len(results))
    return JsonResponse(body, media_type=_typed(media_type))


def _typed(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type == GRAPHQL_RESPONSE else media_type


def _body(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if result.errors:
        _log_bugs(result.errors)
        body["errors"] = [public_error(error, request_id) for error in result.errors]
        _forget_frames(result.errors)
    if not isinstance(result, PreExecutionError):
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _log_bugs(errors: list[GraphQLError]) -> None:
    """Log each bug once, even with several failed fields."""
    bugs = {id(bug): (bug, error.path) for error in errors if (bug := bug_in(error)) is not None}
    for bug, path in bugs.values():
        log.error("resolver failed", exc_info=bug, path=path)


def _forget_frames(errors: list[GraphQLError]) -> None:
    """Remove the tracebacks of errors after logging.

    They lead to the executor, which has the errors, and to what the client has sent: up to megabytes, which
    would stay until the garbage collector finds them.
    """
    pending: list[BaseException | None] = [*errors]
    while pending:
        error = pending.pop()
        if error is not None and error.__traceback__ is not None:
            error.__traceback__ = None
            pending += [error.__cause__, error.__context__, getattr(error, "original_error", None)]

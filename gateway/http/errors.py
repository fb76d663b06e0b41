"""Responses to failures outside the APIs' error handling."""

from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.identity.jwks import KeysUnavailable
from models.connection.failure import DatabaseUnavailable, LostRace, StatementTimeout
from rest_compat.wire.errors import RETRY_AFTER
from rest_compat.wire.responses import failure_response

log = structlog.get_logger(__name__)

INTERNAL = "An unexpected error has occurred."


def failure_answer(error: Exception) -> Response:
    """The response to an exception that no endpoint has handled.

    503 or 504 where the database or the identity provider is away or slow; 500 for any other exception, which
    is logged. Starlette's own middleware would raise it again, and the server would log it a second time.
    """
    answer = _nobodys_fault(error)
    if answer is None:
        log.error("request failed", exc_info=error)
        answer = failure_response(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL)
    return answer


def _nobodys_fault(error: Exception) -> Response | None:
    """The response to the failure of a dependency, else None."""
    match error:
        case DatabaseUnavailable() | LostRace() | KeysUnavailable():
            log.warning("unavailable", reason=str(error))
            message = "The service cannot answer at the moment; try again."
            return failure_response(HTTPStatus.SERVICE_UNAVAILABLE, message, RETRY_AFTER)
        case HTTPException():  # of Starlette's files
            return failure_response(error.status_code, f"{error.detail}.", error.headers)
        case StatementTimeout():
            log.warning("timed out", reason=str(error))
            return failure_response(HTTPStatus.GATEWAY_TIMEOUT, "The request took longer than it may.")
        case _:
            return None

"""Responses to failures outside the APIs' error handling."""

from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http.answer_status import noting_status
from gateway.identity.jwks import KeysUnavailable
from models.connection.failure import DatabaseUnavailable, LostRace, StatementTimeout
from rest_compat.wire.errors import RETRY_AFTER
from rest_compat.wire.request_state import request_state
from rest_compat.wire.responses import failure_response

log = structlog.get_logger(__name__)

INTERNAL = "An unexpected error has occurred."


class SafetyNet:
    """Responds to exceptions that reach the outermost layer.

    503 or 504 where the database or the identity provider is away or slow; 500 for any other exception, which
    is logged once. Starlette's own middleware would raise it again, and the server would log it a second
    time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = noting_status(scope, send)
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            if request_state(scope).status is not None:
                raise  # half an answer is out: only closing the connection tells the client
            answer = _nobodys_fault(error)
            if answer is None:
                log.exception("request failed")
                answer = failure_response(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL)
            await answer(scope, receive, send)


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

"""What happens when a request fails in a way that no room has answered."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from gateway.jwks import KeysUnavailable
from models.failure import DatabaseUnavailable, StatementTimeout
from rest_compat.responses import failure_response

log = structlog.get_logger(__name__)

RETRY_AFTER = {"Retry-After": "1"}
MESSAGES: Final[Mapping[int, str]] = {
    404: "No such endpoint.",
    405: "The method is not allowed for this path.",
    413: "The request body is too large.",
}
INTERNAL = "An unexpected error has occurred."


class SafetyNet:
    """Answers 500 for any exception that nobody expected, and logs it once.

    Starlette's own net would raise it again, and the server would log it a second time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_and_look(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        except ClientDisconnect:
            return
        except Exception:
            if scope["type"] != "http" or has_started:
                raise  # half an answer is out: only closing the connection tells the client
            log.exception("request failed")
            await failure_response(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL)(scope, receive, send)


async def http_error(_request: Request, error: Exception) -> Response:
    """A refusal of the routing, such as 404 or 405."""
    if not isinstance(error, HTTPException):
        raise error
    message = MESSAGES.get(error.status_code, f"{error.detail}.")
    return failure_response(error.status_code, message, error.headers)


async def unavailable(_request: Request, error: Exception) -> Response:
    """Something that we depend on is away for the moment."""
    log.warning("unavailable", reason=str(error))
    return failure_response(
        HTTPStatus.SERVICE_UNAVAILABLE, "The service cannot answer at the moment; try again.", RETRY_AFTER
    )


async def timed_out(_request: Request, error: Exception) -> Response:
    """The database gave up on a statement."""
    log.warning("timed out", reason=str(error))
    return failure_response(HTTPStatus.GATEWAY_TIMEOUT, "The request took longer than it may.")


HANDLERS: Final[Mapping[Any, ExceptionHandler]] = {
    HTTPException: http_error,
    DatabaseUnavailable: unavailable,
    KeysUnavailable: unavailable,
    StatementTimeout: timed_out,
}

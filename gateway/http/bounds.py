"""ASGI middleware with limits and responses to failures."""

import asyncio
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http.errors import failure_answer
from gateway.http.traffic import Deadline, RequestCount, RequestSize, Running, refusal_of
from gateway.settings.limits import USUAL_HEADERS, USUAL_REQUESTS, USUAL_SECONDS, USUAL_URL
from rest_compat.wire.errors import Refused
from rest_compat.wire.request_state import RequestState, request_state

USUAL_SIZE: Final = RequestSize(USUAL_URL, USUAL_HEADERS)

log = structlog.get_logger(__name__)


class Bounds:
    """Limits requests in size, number and duration, and handles failures.

    Where half a response is out, it raises: only closing the connection tells the client. The status is
    known from `gateway.observability.observation.Observation`, a layer around this one.

    It is one layer, since each costs a request some microseconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        size: RequestSize = USUAL_SIZE,
        most: int = USUAL_REQUESTS,
        seconds: float = USUAL_SECONDS,
    ) -> None:
        self._app = app
        self._size = size
        self._count = RequestCount(most)
        self._deadline = Deadline(seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state, is_http = request_state(scope), scope["type"] == "http"
        try:
            self._size.check(scope)
            counted = self._count.begin(scope, state, receive) if is_http else None
        except Refused as refused:
            await refusal_of(scope, refused)(scope, receive, send)
            return
        if not is_http:
            await self._app(scope, receive, send)
            return
        running = self._deadline.begin(scope, state)
        try:
            await self._app(scope, receive if counted is None else counted.receive, send)
        except asyncio.CancelledError:
            if not running.was_cancelled_by_us():
                raise
            if (answer := self._given_up(scope, state, running)) is not None:
                await answer(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            if state.status is not None:
                raise
            await failure_answer(error)(scope, receive, send)
        finally:
            running.end()
            state.client_left = None  # it leads back to the scope, and would keep it alive
            if counted is not None:
                self._count.end(counted)

    def _given_up(self, scope: Scope, state: RequestState, running: Running) -> Response | None:
        """The response to a late request; None without a client."""
        if running.has_no_client:
            return None
        if state.status is not None:
            raise asyncio.CancelledError
        log.warning("request given up", seconds=self._deadline.seconds)
        return refusal_of(scope, self._deadline.refusal())

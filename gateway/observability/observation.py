"""ASGI middleware to observe requests and complete response heads."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.request_id import HEADER, request_id_of
from gateway.http.response_headers import RawHeaders, with_defaults
from rest_compat.wire.request_state import RequestState, request_state

CLIENT_LEFT: Final = 499
"""The status of a request without a response, because its client left."""
CURSOR: Final = b"segments-cursor"
RESPONSE: Final = "http.response.start"
HEADS: Final = frozenset({RESPONSE, "websocket.accept", "websocket.http.response.start"})
"""Messages that have the headers of a response."""


@dataclass(slots=True)
class Finished:
    """A finished request, with the state of its layers."""

    method: str
    path: str
    status: int
    seconds: float
    state: RequestState


Recorder: TypeAlias = Callable[[Finished], None]
"""A recorder must be quick and must not fail: the response is sent already."""


class Observation:
    """Identifies requests, completes response heads, and reports finished requests.

    The id and the response's status are in the request's state. `headers` are in every response that has no
    such header of its own, and so are the id and the cursor behind a write. The recorders of the log and the
    metrics are called for HTTP; a WebSocket reports its operations itself.

    It is one layer, since each costs a request some microseconds, and all of it is for every response.
    """

    def __init__(self, app: ASGIApp, *, recorders: Sequence[Recorder] = (), headers: RawHeaders = ()) -> None:
        self._app = app
        self._recorders = recorders
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        state = request_state(scope)
        state.request_id = request_id_of(scope)
        structlog.contextvars.bind_contextvars(request_id=state.request_id)  # of this request's own task
        try:
            await self._app(scope, receive, self._completing(state, send))
        finally:
            if scope["type"] == "http":
                seconds = time.perf_counter() - started
                status = state.status or CLIENT_LEFT
                finished = Finished(scope["method"], scope["path"], status, seconds, state)
                for record in self._recorders:
                    record(finished)

    def _completing(self, state: RequestState, send: Send) -> Send:
        """Return a `send` with more headers.

        It notes the status.
        """

        def completed(message: Message) -> Awaitable[None]:
            kind = message["type"]
            if kind in HEADS:
                if kind == RESPONSE:
                    state.status = int(message["status"])
                defaults = [(HEADER, state.request_id.encode()), *self._headers]
                if state.cursor is not None:
                    defaults.append((CURSOR, state.cursor.encode()))
                message["headers"] = with_defaults(message.get("headers", ()), defaults)
            return send(message)

        return completed

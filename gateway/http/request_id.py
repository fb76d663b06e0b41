"""ASGI middleware for request ids and default headers.

It is around all other layers.
"""

import random
import re

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.response_headers import RawHeaders, with_defaults
from rest_compat.wire.headers import first_value
from rest_compat.wire.request_state import request_state

HEADER = b"x-request-id"
CURSOR = b"segments-cursor"
HEADS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
"""Messages that have the headers of a response."""
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Sets the request id, and adds response headers.

    The id is the client's own X-Request-Id if it is well-formed, else a new one; it is in the state as
    `request_id`. It is in the log lines and in the answer. `headers` are put beside it, where the answer has
    no such header of its own, and so is the cursor behind a write: one layer for all, as every answer passes
    through it.
    """

    def __init__(self, app: ASGIApp, *, headers: RawHeaders = ()) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        value = first_value(scope, HEADER)
        request_id = value.decode() if WELL_FORMED.fullmatch(value) else f"{random.getrandbits(128):032x}"
        state = request_state(scope)
        state.request_id = request_id
        always = ((HEADER, request_id.encode()), *self._headers)

        async def send_with_headers(message: Message) -> None:
            if message["type"] in HEADS:
                cursor = state.cursor
                written = () if cursor is None else ((CURSOR, cursor.encode()),)
                message["headers"] = with_defaults(message.get("headers", ()), (*always, *written))
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id)  # of this request's own task
        await self._app(scope, receive, send_with_headers)

"""ASGI middleware that reports every finished request.

It calls each recorder.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http.answer_status import noting_status
from rest_compat.wire.request_state import RequestState, request_state

CLIENT_LEFT: Final = 499
"""The status of a request without a response, because its client left."""


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
    """Calls the recorders of the log and the metrics."""

    def __init__(self, app: ASGIApp, recorders: Sequence[Recorder]) -> None:
        self._app = app
        self._recorders = recorders

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        send = noting_status(scope, send)
        state = request_state(scope)
        try:
            await self._app(scope, receive, send)
        finally:
            seconds = time.perf_counter() - started
            status = state.status or CLIENT_LEFT
            finished = Finished(scope["method"], scope["path"], status, seconds, state)
            for record in self._recorders:
                record(finished)

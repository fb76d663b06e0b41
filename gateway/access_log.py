"""ASGI middleware that writes one line for each request: what was asked, by which tenant, and how it went."""

import time
from typing import Any
from urllib.parse import quote

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLIENT_LEFT = 499
"""What the log says where no answer was sent, because nobody waited for it."""

log = structlog.get_logger(__name__)


class AccessLog:
    """Never logs tokens, query strings or bodies.

    What only the rooms inside know, they leave in the request's state: `caller`,
    `operation` (a GraphQL operation's name) and `statements` (how many SQL statements ran).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = CLIENT_LEFT

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            log.info(
                "request",
                method=scope["method"],
                path=quote(scope["path"]),  # what is decoded may hold line breaks
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
                **_told_by_the_rooms(scope.get("state", {})),
            )


def _told_by_the_rooms(state: dict[str, Any]) -> dict[str, Any]:
    caller = state.get("caller")
    told = {
        "tenant": caller.tenant if caller else None,
        "operation": state.get("operation"),
        "statements": state.get("statements"),
    }
    return {name: value for name, value in told.items() if value not in {None, ""}}

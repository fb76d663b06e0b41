"""Routing by exact paths, and one prefix for REST."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from rest_compat.wire.errors import Refused, error_response

Answer: TypeAlias = Callable[[Request], Awaitable[Response] | Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The application of a path, and its methods."""

    app: ASGIApp
    methods: frozenset[str]


def endpoint(app: ASGIApp, *methods: str) -> Endpoint:
    """Make an endpoint of an ASGI application.

    One that answers GET answers HEAD as well.
    """
    return Endpoint(app, frozenset({*methods, "HEAD"} if "GET" in methods else methods))


def page(answer: Answer) -> Endpoint:
    """Make a GET endpoint of a function.

    A function that is not async runs in a thread.
    """
    return endpoint(request_response(answer), "GET")


class Router:
    """Calls the endpoint of a path.

    `below` has all paths below `prefix`. A path with a trailing slash is another path (behaviour D1).
    `sockets` are the applications of the paths that accept a WebSocket.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        prefix: str,
        below: ASGIApp,
        sockets: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self._sockets = sockets or {}
        self._endpoints = dict(endpoints)
        self._prefix = f"{prefix}/"
        self._below = below

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self._app(scope)(scope, receive, send)

    def _app(self, scope: Scope) -> ASGIApp:
        path: str = scope["path"]
        if root := scope.get("root_path"):  # the gateway is mounted in another application
            path = path.removeprefix(root)
        if scope["type"] == "websocket":
            return self._sockets.get(path) or WebSocketClose()
        endpoint = self._endpoints.get(path)
        if endpoint is None:
            return self._below if path.startswith(self._prefix) else error_response(Refused(404))
        if scope["method"] in endpoint.methods:
            return endpoint.app
        return error_response(Refused(405, {"Allow": ", ".join(sorted(endpoint.methods))}))


class Gateway(Starlette):
    """A Starlette application with a router of our own.

    It has no middleware but what it is given. Starlette's part is the lifespan. Its routes are compared one
    by one, and its two layers for exceptions do what `gateway.http.bounds.Bounds` does: together they
    would take 30 microseconds.
    """

    def __init__(self, router: ASGIApp, **options: Any) -> None:
        super().__init__(**options)
        self._requests = stacked(router, self.user_middleware)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.router if scope["type"] == "lifespan" else self._requests)(scope, receive, send)


def stacked(app: ASGIApp, middleware: list[Middleware]) -> ASGIApp:
    """Wrap an application in middleware, the first outermost."""
    for layer in reversed(middleware):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app

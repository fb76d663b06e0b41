"""The express way: past the routing, for the one path that nearly all requests come for."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

PATH: Final = "/graphql"


class ExpressWay:
    """ASGI middleware, the innermost: a POST to the GraphQL door goes there at once.

    What it passes by are the routes and the GraphiQL page, which look at a request and have nothing to
    say to this one. Everything that answers, limits, counts or logs is on both ways: `door` is what the
    route for the path leads to.
    """

    def __init__(self, app: ASGIApp, *, door: ASGIApp) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        goes_at_once = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        await (self._door if goes_at_once else self._app)(scope, receive, send)

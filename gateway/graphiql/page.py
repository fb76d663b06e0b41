"""The page at /graphql for browsers.

It is GraphiQL, or explains how to get it where it was not built.
"""

from collections.abc import Awaitable
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.graphiql.headers import GRAPHIQL_HEADERS, PLAIN_PAGE_HEADERS
from gateway.http.browsers import asks_for_page
from gateway.http.traffic import READING

MISSING_PAGE: Final = (Path(__file__).parent / "missing.html").read_text()


class GraphiQLPage:
    """ASGI middleware to send GraphiQL to browsers.

    It stands before the GraphQL endpoint.
    """

    def __init__(self, app: ASGIApp, bundle: Path) -> None:
        self._app = app
        page = bundle / "index.html"
        self._page = page.read_text() if page.is_file() else None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        app = self._app
        if scope["method"] in READING and _comes_to_look(request := Request(scope)):
            app = self._shown_to(request)
        return app(scope, receive, send)

    def _shown_to(self, request: Request) -> Response:
        if self._page is not None:
            return HTMLResponse(self._page, headers=GRAPHIQL_HEADERS)
        # The address is what the client says it is: input like any other.
        content = MISSING_PAGE.replace("{url}", escape(str(request.url.replace(query=""))))
        return HTMLResponse(content, HTTPStatus.NOT_FOUND, PLAIN_PAGE_HEADERS)


def _comes_to_look(request: Request) -> bool:
    """Whether a browser asks for the page.

    Other requests without a query are mistakes.
    """
    return not request.query_params.get("query") and asks_for_page(request)

"""The page that a browser gets at /customer-segment/: the explorer of the REST API."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.graphiql.headers import GRAPHIQL_HEADERS
from gateway.http.browsers import asks_for_page
from rest_compat.routing import MOUNTED_AT
from rest_compat.wire.errors import Refused, error_response

REST_PATH: Final = f"{MOUNTED_AT}/"


class RestPage:
    """An endpoint with the page. Other clients find nothing there, as the contract has no such path."""

    def __init__(self, bundle: Path) -> None:
        page = bundle / REST_PATH.strip("/") / "index.html"
        self._page = page.read_text() if page.is_file() else None

    async def answer(self, request: Request) -> Response:
        """Return the page where a browser asks for it and it was built, else 404."""
        if self._page is None or not asks_for_page(request):
            return error_response(Refused(404))
        return HTMLResponse(self._page, headers=GRAPHIQL_HEADERS)

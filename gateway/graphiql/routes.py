"""What the page loads besides itself: its assets, and whom it can speak as."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.graphiql.callers import CallersOfThisPage
from gateway.settings import Settings

BUNDLE: Final = Path(__file__).parent / "dist"
"""Made by the build step; not there where npm's registry could not be reached."""

ASSETS: Final = "graphql/assets"


def graphiql_routes(settings: Settings, bundle: Path) -> Sequence[BaseRoute]:
    """Relative to the page, so that they are found under any prefix of the gateway."""
    callers = Route("/graphql/callers.json", CallersOfThisPage(settings), methods=["GET"])
    if not (bundle / ASSETS).is_dir():
        return [callers]
    # Once for each browser; a level beyond 6 costs time and saves next to nothing.
    gzip = Middleware(GZipMiddleware, compresslevel=6)
    return [callers, Mount(f"/{ASSETS}", HashedFiles(directory=bundle / ASSETS), middleware=[gzip])]


class HashedFiles(StaticFiles):
    """Files with a hash of their content in their name: what a browser has, it has for good."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

"""The endpoints of GraphiQL's assets and callers."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from gateway.graphiql.callers import CallersOfThisPage
from gateway.http.routing import Endpoint, endpoint
from gateway.settings.settings import Settings
from rest_compat.wire.accept import accept_encoding_of

BUNDLE: Final = Path(__file__).parent / "dist"
"""Made by the build step; not there where npm's registry could not be reached."""

ASSETS: Final = "graphql/assets"


def graphiql_endpoints(settings: Settings, bundle: Path) -> Mapping[str, Endpoint]:
    """The endpoints of the callers and of each asset.

    Their addresses are relative to the page's.
    """
    files = bundle / ASSETS
    paths = [path.relative_to(bundle) for path in files.rglob("*") if path.is_file()]
    endpoints = {"/graphql/callers.json": endpoint(CallersOfThisPage(settings), "GET")}
    if paths:
        assets = endpoint(Compression(HashedFiles(directory=files), compresslevel=6), "GET")
        endpoints |= {f"/{path.as_posix()}": assets for path in paths}
    return endpoints


class Compression(GZipMiddleware):
    """gzip where the client accepts it.

    Starlette also compresses for `gzip;q=0`. A client loads an asset once. A level beyond 6 costs time and
    saves next to nothing.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        coding = b"gzip" if accept_encoding_of(scope["headers"]).quality("gzip") else b"identity"
        headers = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        await super().__call__({**scope, "headers": [*headers, (b"accept-encoding", coding)]}, receive, send)


class HashedFiles(StaticFiles):
    """Files named by a content hash, cached for ever."""

    def get_path(self, scope: Scope) -> str:
        """Return the path of the file below the directory."""
        return str(scope["path"]).rpartition(f"/{ASSETS}/")[2]

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

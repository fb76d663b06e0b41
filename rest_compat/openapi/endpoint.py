"""Serves the OpenAPI document, which needs no token: the same bytes for as long as the process lives."""

import hashlib
from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from rest_compat.openapi.document import openapi_document


async def openapi_json(request: Request) -> Response:
    """The document, or 304 for who has it already."""
    body, etag = _rendered()
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


@cache
def _rendered() -> tuple[bytes, str]:
    body = orjson.dumps(openapi_document())
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'

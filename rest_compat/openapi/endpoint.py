"""The endpoint of the OpenAPI document.

It needs no token. The document has the same bytes for as long as the process lives.
"""

import hashlib
from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from resolvers.errors import InvalidArgument
from rest_compat.openapi.document import openapi_document
from rest_compat.wire.errors import Refused, error_response
from rest_compat.wire.preconditions import parse_preconditions
from rest_compat.wire.responses import not_modified


async def openapi_json(request: Request) -> Response:
    """Answer with the document.

    304 where the client has it already.
    """
    body, tag = _rendered()
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    try:
        if parse_preconditions(request.headers.raw).is_not_modified(tag.__eq__):
            return not_modified(headers)
    except (InvalidArgument, Refused) as failure:
        return error_response(failure)
    return Response(body, headers=headers, media_type="application/json")


@cache
def _rendered() -> tuple[bytes, str]:
    body = orjson.dumps(openapi_document())
    return body, hashlib.sha256(body).hexdigest()[:32]

"""Answers of the GraphQL endpoint to requests that are refused before they are executed."""

from collections.abc import Mapping

import orjson
from starlette.responses import Response

from resolvers.errors import shortened
from rest_compat.responses import JsonResponse


def graphql_error_response(
    status: int,
    message: str,
    code: str,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """One error, with its code where clients look for it."""
    error = {"message": shortened(message), "extensions": {"code": code}}
    return JsonResponse(orjson.dumps({"errors": [error]}), status, headers, media_type=media_type)

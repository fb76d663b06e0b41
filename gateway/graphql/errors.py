"""GraphQL responses to requests refused before execution."""

from http import HTTPStatus
from typing import Final

import orjson
from starlette.responses import Response

from gateway.identity.claims import ExpiredToken, InvalidToken
from resolvers.errors import shortened
from rest_compat.wire.errors import Refused
from rest_compat.wire.headers import challenge
from rest_compat.wire.responses import JsonResponse
from schema.vocabulary.errors import BAD_REQUEST

EXPIRED: Final = "The access token has expired."
INVALID: Final = "The access token is not valid."


def error_response(error: Refused | InvalidToken, media_type: str = "application/json") -> Response:
    """Return a response with one error and its code."""
    if isinstance(error, InvalidToken):
        message = EXPIRED if isinstance(error, ExpiredToken) else INVALID
        error = Refused(HTTPStatus.UNAUTHORIZED, challenge(message), message=message, code="UNAUTHENTICATED")
    message, code, rendering = str(error), error.code or BAD_REQUEST, error.rendering
    content = {"errors": [{"message": shortened(message), "extensions": {"code": code}}]}
    return JsonResponse(orjson.dumps(content), rendering.status, rendering.headers, media_type=media_type)

"""JSON answers of the gateway itself, in the contract's shapes (behaviour 12)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response


def json_response(
    content: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """The content as JSON."""
    return Response(orjson.dumps(content), status, headers, media_type="application/json")


def error_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """`{code, status, message}`: what every failed request gets, unless a room knows better."""
    phrase = PHRASES.get(status) or HTTPStatus(status).phrase
    return json_response({"code": status, "status": phrase, "message": message}, status, headers)


def graphql_error_response(
    status: int, message: str, code: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a GraphQL request that is refused before it is executed."""
    error = {"message": message, "extensions": {"code": code}}
    return json_response({"errors": [error]}, status, headers)


PHRASES = {
    413: "Request Entity Too Large",
    414: "URI Too Long",
}
"""Where the contract's words are not those of the standard library."""

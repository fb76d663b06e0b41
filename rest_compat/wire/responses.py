"""JSON responses of both APIs, in the contract's shapes.

The shapes are in behaviour D49.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.responses import Response

PHRASES: Final[Mapping[int, str]] = {
    413: "Request Entity Too Large",
    414: "URI Too Long",
}
"""The contract's phrases that differ from those of some version of the standard library."""

LARGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of the body of a response, of either API."""


def phrase_of(status: int) -> str:
    """Return the contract's phrase for a status."""
    return PHRASES.get(status) or HTTPStatus(status).phrase


class JsonResponse(Response):
    """A response of encoded JSON, with further headers.

    Starlette's own way to the same headers takes three times as long.
    """

    def __init__(
        self,
        body: bytes,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
    ) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = [
            (b"content-type", media_type.encode("latin-1")),
            (b"content-length", b"%d" % len(body)),
        ]
        if headers:
            self.raw_headers += [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
            ]


def json_response(
    content: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the content as JSON."""
    return JsonResponse(orjson.dumps(content), status, headers)


def not_modified(headers: Mapping[str, str]) -> Response:
    """Return 304 with the headers of the representation.

    They are those that 200 would have (RFC 9110, section 15.4.5).
    """
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=dict(headers))


def failure_response(
    status: int, message: str, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """Return `{code, status, message}` about a failure.

    And further members.
    """
    content = {"code": status, "status": phrase_of(status), "message": message, **members}
    return json_response(content, status, headers)

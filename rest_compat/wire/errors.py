"""The rendering of failures for REST clients (behaviour D2, D49).

One table renders the catalogue of errors, another the failures of HTTP alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from resolvers.errors import (
    AlreadyExists,
    AnswerTooLarge,
    ChangesOff,
    CursorExpired,
    CursorUnknown,
    Forbidden,
    GatewayError,
    InvalidArgument,
    InvalidInput,
    LimitReached,
    NotFound,
    Path,
    ReferenceInUse,
    SegmentInUse,
    TimedOut,
    TooManyElements,
    TooManyStreams,
    Unauthenticated,
    Unavailable,
    UnknownReference,
    UnknownSegment,
    VersionConflict,
    WebhooksOff,
)
from rest_compat.wire.responses import failure_response, json_response, phrase_of

INVALID_BODY: Final = "Validation problem with request body."
INVALID_PARAMETER: Final = "Validation problem with request parameter."
VALIDATION: Final = "validation"
PRECONDITION: Final = "precondition"
MISSING_SCOPE: Final = "missing_scope"


@dataclass(frozen=True, slots=True)
class Rendering:
    """The status of a failure, and its message.

    The message is set where the contract has one word for many failures.
    """

    status: int
    message: str | None = None
    headers: Mapping[str, str] | None = None

    @property
    def phrase(self) -> str:
        """The contract's phrase for the status."""
        return phrase_of(self.status)


RETRY_AFTER: Final = {"Retry-After": "1"}
"""Seconds after which an unavailable service is worth another try."""

RENDERINGS: Final[Mapping[type[GatewayError], Rendering]] = {
    Unauthenticated: Rendering(401, "Invalid access token", {"WWW-Authenticate": "Bearer"}),
    Forbidden: Rendering(403),
    NotFound: Rendering(404),
    AlreadyExists: Rendering(409),
    VersionConflict: Rendering(409),
    InvalidInput: Rendering(400, INVALID_BODY),
    InvalidArgument: Rendering(400, INVALID_PARAMETER),
    TooManyElements: Rendering(400, INVALID_BODY),
    UnknownSegment: Rendering(400),
    UnknownReference: Rendering(400),
    SegmentInUse: Rendering(400),
    ReferenceInUse: Rendering(409),
    CursorExpired: Rendering(410),
    CursorUnknown: Rendering(410),
    ChangesOff: Rendering(501),
    TooManyStreams: Rendering(429, headers=RETRY_AFTER),
    WebhooksOff: Rendering(501),
    LimitReached: Rendering(409),
    AnswerTooLarge: Rendering(400, INVALID_PARAMETER),
    Unavailable: Rendering(503, headers=RETRY_AFTER),
    TimedOut: Rendering(504),
}


class Refused(Exception):
    """The request is refused for a reason of HTTP alone.

    `members` are further members of REST's body; `code` is GraphQL's, where it is not BAD_REQUEST.
    """

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
        message: str | None = None,
        code: str | None = None,
    ) -> None:
        self.code = code
        self.rendering = Rendering(status, message or REFUSALS[status], headers)
        self.members = members or {}
        super().__init__(self.rendering.message)


def unavailable(message: str) -> Refused:
    """Return the refusal of a request worth a retry soon."""
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, RETRY_AFTER, message=message, code=Unavailable.code)


class PreconditionFailed(Refused):
    """The precondition in a header does not hold (RFC 9110, section 13)."""

    def __init__(self, header: str, resource_id: str | None = None) -> None:
        details = {
            "field": header,
            "type": PRECONDITION,
            "message": f"The precondition {header} does not hold.",
        }
        extra = {} if resource_id is None else {"resourceId": resource_id}
        super().__init__(412, members={**extra, "details": details})


REFUSALS: Final[Mapping[int, str]] = {
    404: "No such endpoint.",
    405: "The method is not allowed for this path.",
    412: "The resource is not in the state that the request asks for.",
    413: "The request body is too large.",
    415: "The content type must be application/json.",
}


def rendering_of(failure: GatewayError) -> Rendering:
    """Return the rendering of a failure of the catalogue."""
    return RENDERINGS[type(failure)]


def message_of(failure: GatewayError) -> str:
    """Return a failure's message for clients.

    It is the `message` in an error body and in a bulk answer.
    """
    return rendering_of(failure).message or failure.message


def error_response(failure: GatewayError | Refused) -> Response:
    """Return the whole response to a failed request."""
    if isinstance(failure, Refused):
        rendering = failure.rendering
        return failure_response(rendering.status, str(failure), rendering.headers, **failure.members)
    rendering = rendering_of(failure)
    if isinstance(failure, Unauthenticated):
        detail = {"errorcode": "oauth.v2.InvalidAccessToken"}
        fault = {"fault": {"faultstring": rendering.message, "detail": detail}}
        return json_response(fault, rendering.status, rendering.headers)
    members = {"resourceId": failure.resource_id, "details": _details(failure, rendering)}
    present = {name: value for name, value in members.items() if value is not None}
    return failure_response(rendering.status, message_of(failure), rendering.headers, **present)


def _details(failure: GatewayError, rendering: Rendering) -> dict[str, str] | None:
    """Return the details of a failure as one object.

    It is about the first problem (D49), or names the missing scopes (D50).
    """
    if isinstance(failure, Forbidden) and failure.required_scopes:
        scopes = ", ".join(failure.required_scopes)
        return {"type": MISSING_SCOPE, "message": f"Required scope(s): {scopes}"}
    if rendering.status != HTTPStatus.BAD_REQUEST:
        return None
    field = {"field": field_name(failure.shown_path)} if failure.path else {}
    return {**field, "type": VALIDATION, "message": failure.message}


def field_name(path: Path) -> str:
    """Return a path as `name.en`, `metadata.version` or `[3].path`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")

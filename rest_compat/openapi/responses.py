"""The responses common to several operations.

Failures, and headers of lists.
"""

from collections.abc import Mapping
from typing import Any, Final

from rest_compat.openapi.shapes import Schema, ref

CURSOR: Final = "Segments-Cursor"
ETAG: Final = '"3-20261003081500000-9f86d081884c7d65"'
HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "X-Total-Count": {
        "schema": {"type": "integer", "minimum": 0},
        "description": "The rows of all pages together; only if it was asked for.",
    },
    "X-Next-Cursor": {"schema": {"type": "string"}, "description": "For `next`: the page after this one."},
    "X-Prev-Cursor": {"schema": {"type": "string"}, "description": "For `prev`: the page before this one."},
    CURSOR: {
        "schema": {"type": "string"},
        "description": "The place of the write in the tenant's changes: for `Segments-After` of later reads, "
        "and for `after` of the changes. Left out where the server has no secret to seal it with.",
    },
    "ETag": {
        "schema": {"type": "string", "pattern": r'^"[0-9]+-[0-9]+-[0-9a-f]{16}"$'},
        "description": "The entity tag of this representation; it begins with `metadata.version`.",
        "example": ETAG,
    },
}


def json_content(schema: Schema, example: Any = None) -> dict[str, Any]:
    """Describe a JSON body, with an optional example."""
    extra = {} if example is None else {"example": example}
    return {"application/json": {"schema": schema, **extra}}


def failure(code: int, status: str, message: str, description: str, **members: Any) -> dict[str, Any]:
    """Describe a failure in its common shape.

    All failures but 401 share it.
    """
    example = {"code": code, "status": status, "message": message, **members}
    return {"description": description, "content": json_content(ref("Error"), example)}


RETRY_AFTER: Final = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}

FAILURES: Final[Mapping[int, dict[str, Any]]] = {
    400: failure(
        400,
        "Bad Request",
        "Validation problem with request body.",
        "Something that was sent is not valid; `details` says what and where.",
        details={"field": "siteCode", "type": "validation", "message": "A site code is required."},
    ),
    401: {
        "description": "There is no token, or it is not valid, or it has expired.",
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
        "content": json_content(
            ref("Fault"),
            {
                "fault": {
                    "faultstring": "Invalid access token",
                    "detail": {"errorcode": "oauth.v2.InvalidAccessToken"},
                }
            },
        ),
    },
    403: failure(
        403,
        "Forbidden",
        "The access to the requested resource has been forbidden by the server.",
        "The token belongs to another tenant, or has none of the scopes that would do.",
        details={"type": "missing_scope", "message": "Required scope(s): customersegment.segment_manage"},
    ),
    404: failure(
        404,
        "Not Found",
        "The resource with id winter-sports has not been found.",
        "What the path names does not exist, or the caller may not know of it.",
        resourceId="winter-sports",
    ),
    409: failure(
        409,
        "Conflict",
        "The resource you are attempting to access has changed.",
        "It exists already, or its version is not the one that was sent.",
        resourceId="winter-sports",
    ),
    410: failure(
        410,
        "Gone",
        "The cursor is not of this log: read everything anew, and go on from the newest cursor.",
        "What follows the cursor is not here any more, or never was: read everything anew.",
    ),
    412: failure(
        412,
        "Precondition Failed",
        "The resource is not in the state that the request asks for.",
        "If-Match names no tag of the current state, or If-None-Match names one.",
        resourceId="winter-sports",
        details={
            "field": "If-Match",
            "type": "precondition",
            "message": "The precondition If-Match does not hold.",
        },
    ),
    413: failure(
        413,
        "Request Entity Too Large",
        "The request body is too large.",
        "The body is larger than 10 MB, or than the server has been set to take.",
    ),
    414: failure(
        414,
        "URI Too Long",
        "The URL has 10,241 bytes; at most 10,240 are allowed.",
        "The URL is longer than 10 KB, or than the server has been set to take.",
    ),
    415: {
        **failure(
            415,
            "Unsupported Media Type",
            "The content type must be application/json.",
            "There is a body, and it is not of a type that the operation reads, not in UTF-8, or it has a "
            "content coding.",
        ),
        "headers": {
            "Accept": {"schema": {"type": "string"}, "description": "The media types that are read."},
            "Accept-Encoding": {
                "schema": {"type": "string"},
                "description": "Instead of `Accept` where a content coding is the reason.",
            },
        },
    },
    429: {
        **failure(
            429,
            "Too Many Requests",
            "There are as many streams as there may be: of the caller, or of this process. Try again later.",
            "The caller, or the process, has as many streams of events open as it may.",
        ),
        "headers": RETRY_AFTER,
    },
    431: failure(
        431,
        "Request Header Fields Too Large",
        "The headers have 61,441 bytes; at most 61,440 are allowed.",
        "The headers are larger than 60 KB, or than the server has been set to take.",
    ),
    500: failure(
        500,
        "Internal Server Error",
        "An unexpected error has occurred.",
        "A fault of the server; its log has the request's `X-Request-Id`.",
    ),
    501: failure(
        501,
        "Not Implemented",
        "The change feed is off: the gateway has no secret to seal its cursors with.",
        "The server was started without what the operation needs.",
    ),
    503: {
        **failure(
            503,
            "Service Unavailable",
            "The service cannot answer at the moment; try again.",
            "Something that the server needs is away for the moment.",
        ),
        "headers": RETRY_AFTER,
    },
    504: failure(
        504,
        "Gateway Timeout",
        "The request took longer than it may.",
        "The database gave up on a statement.",
    ),
}
NOT_MODIFIED: Final[Mapping[int, dict[str, Any]]] = {
    304: {
        "description": "If-None-Match names the current representation.",
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    }
}
"""The answer to a conditional read whose client has the representation already."""
ALWAYS: Final = (400, 401, 403, 414, 431, 500, 503, 504)
"""The failures of every operation."""
WITH_BODY: Final = (413, 415)
"""Further failures of an operation that reads a body."""
CONDITIONAL: Final = (412,)
"""Further failures of an operation that evaluates preconditions."""

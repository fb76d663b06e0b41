"""The one catalogue of failures that a caller can cause or should understand.

Each class has a stable `code`, and its docstring is its message unless the raiser knows
better. `schema` renders them as `userErrors` or `extensions.code`, `rest_compat` as status
and body. Anything that is not a GatewayError is a bug, masked and logged.
"""

from collections.abc import Iterable
from inspect import getdoc
from typing import ClassVar, Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Where in the input the problem lies, in the contract's member names: `("validity", "from")`."""

LONGEST_MESSAGE: Final = 1_000
LONGEST_STEP: Final = 100
"""Characters of a message, and of each name in a path: both repeat what the client sent."""


def shortened(text: str, most: int = LONGEST_MESSAGE) -> str:
    """Return the text, cut to so many characters and an ellipsis where it is longer."""
    return text if len(text) <= most else f"{text[:most]}…"


class GatewayError(Exception):
    """The request cannot be answered."""

    code: ClassVar[str]

    def __init__(
        self, message: str | None = None, *, path: Path = (), resource_id: str | None = None
    ) -> None:
        self.message = shortened(message or (getdoc(type(self)) or "").split("\n")[0])
        self.path = path
        self.resource_id = resource_id
        super().__init__(self.message)

    @property
    def shown_path(self) -> Path:
        """The path as responses repeat it, without the rest of long names."""
        return tuple(shortened(step, LONGEST_STEP) if isinstance(step, str) else step for step in self.path)

    def under(self, *prefix: str | int) -> "GatewayError":
        """The same failure, seen from an input that contains the one it was found in."""
        self.path = (*prefix, *self.path)
        return self


class Unauthenticated(GatewayError):
    """A bearer token is needed."""

    code = "UNAUTHENTICATED"


class Forbidden(GatewayError):
    """The access to the requested resource has been forbidden by the server."""

    code = "FORBIDDEN"

    def __init__(self, required_scopes: Iterable[str] = (), message: str | None = None) -> None:
        super().__init__(message)
        self.required_scopes = tuple(str(scope) for scope in required_scopes)


class NotFound(GatewayError):
    """The resource has not been found."""

    code = "NOT_FOUND"

    def __init__(self, resource_id: str, *, path: Path = ()) -> None:
        message = f"The resource with id {resource_id} has not been found."
        super().__init__(message, path=path, resource_id=resource_id)


class AlreadyExists(GatewayError):
    """The resource already exists."""

    code = "ALREADY_EXISTS"


class VersionConflict(GatewayError):
    """The resource you are attempting to access has changed."""

    code = "VERSION_CONFLICT"


class InvalidInput(GatewayError):
    """What was sent to be stored is not valid; `path` names the member."""

    code = "INVALID_INPUT"


class InvalidArgument(GatewayError):
    """An argument that selects, filters, sorts or pages is not valid; `path` names it."""

    code = "INVALID_ARGUMENT"


class UnknownSegment(GatewayError):
    """The segment that something should be assigned to does not exist."""

    code = "UNKNOWN_SEGMENT"

    def __init__(self, segment_id: str) -> None:
        super().__init__(
            f"The segment with id {segment_id} does not exist.",
            path=("segmentId",),
            resource_id=segment_id,
        )


class UnknownReference(GatewayError):
    """The customer, legal entity or item that should be assigned is not known."""

    code = "UNKNOWN_REFERENCE"


class SegmentInUse(GatewayError):
    """The segment has customers, items or groups assigned."""

    code = "SEGMENT_IN_USE"

    def __init__(self, segment_id: str) -> None:
        super().__init__(path=("forceDelete",), resource_id=segment_id)


class ReferenceInUse(GatewayError):
    """The record is in use: assignments refer to it, and the gateway enforces references."""

    code = "REFERENCE_IN_USE"


class TooManyElements(GatewayError):
    """The list is longer than one request may carry."""

    code = "TOO_MANY_ELEMENTS"

    def __init__(self, maximum: int, *, path: Path = ()) -> None:
        super().__init__(f"Maximum size of the payload array is {maximum}.", path=path)


class CursorExpired(GatewayError):
    """Changes behind the cursor are deleted by now: read everything anew, or go on from the oldest cursor."""

    code = "CURSOR_EXPIRED"

    def __init__(self, oldest_cursor: str = "") -> None:
        super().__init__(path=("after",))
        self.oldest_cursor = oldest_cursor


class CursorUnknown(GatewayError):
    """The cursor is not of this log: read everything anew, and go on from the newest cursor."""

    code = "CURSOR_UNKNOWN"

    def __init__(self) -> None:
        super().__init__(path=("after",))


class ChangesOff(GatewayError):
    """The change feed is off: the gateway has no secret to seal its cursors with."""

    code = "CHANGES_OFF"


class TooManyStreams(GatewayError):
    """There are as many streams as there may be: of the caller, or of this process. Try again later."""

    code = "TOO_MANY_STREAMS"


class WebhooksOff(GatewayError):
    """Webhooks are off: the gateway has no SEGMENTS_WEBHOOK_KEY to encrypt their secrets with."""

    code = "WEBHOOKS_OFF"


class LimitReached(GatewayError):
    """The tenant has as many of these as it may have."""

    code = "LIMIT_REACHED"


class AnswerTooLarge(GatewayError):
    """The answer is larger than it may be; ask for fewer rows or fields."""

    code = "ANSWER_TOO_LARGE"

    def __init__(self, size: int | None, maximum: int, *, path: Path = ()) -> None:
        """Without a size, `maximum` is what may be read from the database for a request."""
        problem = (
            f"More than {maximum:,} bytes would be read from the database. Write fewer rows at a time."
            if size is None
            else f"The answer has {size:,} bytes; at most {maximum:,} are allowed."
        )
        super().__init__(f"{problem} Ask for fewer rows or fields.", path=path)


class Unavailable(GatewayError):
    """The service cannot answer at the moment; try again."""

    code = "UNAVAILABLE"


class TimedOut(GatewayError):
    """The request took longer than it may."""

    code = "TIMED_OUT"

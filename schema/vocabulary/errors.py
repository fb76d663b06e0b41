"""The messages and codes of failures for clients."""

from collections.abc import Iterable

from graphql import GraphQLError, GraphQLFormattedError

from models.connection.failure import DatabaseUnavailable, LostRace, ResultTooLarge, StatementTimeout
from resolvers.errors import (
    AnswerTooLarge,
    CursorExpired,
    Forbidden,
    GatewayError,
    TimedOut,
    Unavailable,
    shortened,
)

BAD_REQUEST = "BAD_REQUEST"
INTERNAL = "INTERNAL"


def public_error(error: GraphQLError, request_id: str | None) -> GraphQLFormattedError:
    """The error as the response shows it.

    Failures of the catalogue keep message and code; graphql-core's errors of a request keep their message;
    any other error is a bug, and shows only the request id.
    """
    formatted = error.formatted
    match cause_of(error):
        case None:
            formatted["message"] = shortened(error.message)
            formatted["extensions"] = {"code": BAD_REQUEST, **(error.extensions or {})}
        case GatewayError() as failure:
            formatted["message"] = failure.message
            formatted["extensions"] = _extensions(failure)
        case _:
            formatted["message"] = "Internal error"
            formatted["extensions"] = {"code": INTERNAL, "requestId": request_id}
    return formatted


def codes_of(errors: Iterable[GraphQLError] | None) -> set[str]:
    """The codes of errors, from `extensions.code`."""
    return {str(public_error(error, None)["extensions"]["code"]) for error in errors or ()}


def bug_in(error: GraphQLError) -> BaseException | None:
    """The unexpected exception behind an error, if any."""
    cause = cause_of(error)
    return None if isinstance(cause, GatewayError) else cause


def cause_of(error: GraphQLError) -> BaseException | None:
    """The exception behind an error; None for faults of the request."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, GraphQLError):
        return None
    if isinstance(cause, DatabaseUnavailable | LostRace):
        return Unavailable()
    if isinstance(cause, ResultTooLarge):
        return AnswerTooLarge(None, cause.most)
    if isinstance(cause, StatementTimeout):
        return TimedOut()
    if error.path is None and error.nodes and isinstance(cause, ValueError):
        return None  # a scalar has refused a value of the request, and graphql-core says which
    return cause


def _extensions(failure: GatewayError) -> dict[str, object]:
    extensions: dict[str, object] = {"code": failure.code}
    if failure.path:
        extensions["inputPath"] = list(failure.shown_path)
    if isinstance(failure, Forbidden) and failure.required_scopes:
        extensions["requiredScopes"] = list(failure.required_scopes)
    if isinstance(failure, CursorExpired):
        extensions["oldestCursor"] = failure.oldest_cursor
    return extensions

"""The error catalogue as GraphQL shows it: every class, and nothing of a bug."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLError

from models.connection.failure import DatabaseUnavailable, LostRace, StatementTimeout
from resolvers.errors import (
    AnswerTooLarge,
    Forbidden,
    GatewayError,
    NotFound,
    SegmentInUse,
    TooManyElements,
    UnknownSegment,
)
from schema.mutations.mutating import REQUEST_FAILURES, UserErrorCode, user_errors
from schema.vocabulary.errors import bug_in, public_error


def catalogue(base: type[GatewayError] = GatewayError) -> Iterator[type[GatewayError]]:
    for one in base.__subclasses__():
        yield one
        yield from catalogue(one)


CATALOGUE = sorted(set(catalogue()), key=lambda one: one.__name__)
ARGUMENTS: dict[type[GatewayError], tuple[Any, ...]] = {
    NotFound: ("gold",),
    UnknownSegment: ("gold",),
    SegmentInUse: ("gold",),
    TooManyElements: (200,),
    AnswerTooLarge: (2, 1),
    Forbidden: (["scope"],),
}
each_class = pytest.mark.parametrize("failure_class", CATALOGUE)


def example(failure_class: type[GatewayError]) -> GatewayError:
    return failure_class(*ARGUMENTS.get(failure_class, ()))


def shown(cause: Exception) -> dict[str, Any]:
    return dict(public_error(GraphQLError("inner", original_error=cause, path=["field"]), "r1"))


def test_codes_are_unique() -> None:
    assert len({one.code for one in CATALOGUE}) == len(CATALOGUE) == 21


@each_class
def test_a_failure_says_its_docstring_unless_the_raiser_knows_better(
    failure_class: type[GatewayError],
) -> None:
    failure = example(failure_class)
    assert str(failure) == failure.message
    assert failure.message.endswith(".")
    if failure_class not in (NotFound, UnknownSegment, TooManyElements, AnswerTooLarge):
        assert failure.message == (failure_class.__doc__ or "").split("\n")[0]


@each_class
def test_a_failure_is_a_user_error_or_one_of_the_whole_request(failure_class: type[GatewayError]) -> None:
    failure = example(failure_class)
    is_user_error = failure.code in UserErrorCode.__members__
    assert is_user_error != issubclass(failure_class, REQUEST_FAILURES)
    if is_user_error:
        [error] = user_errors(failure, "input", beside=("forceDelete", "segmentId"))
        assert error.code is UserErrorCode[failure.code]
        assert error.message == failure.message


def test_every_code_of_user_errors_is_in_the_catalogue() -> None:
    assert set(UserErrorCode.__members__) <= {one.code for one in CATALOGUE}


@each_class
def test_a_failure_keeps_message_and_code_as_a_top_level_error(failure_class: type[GatewayError]) -> None:
    failure = example(failure_class)
    error = shown(failure)
    assert error["message"] == failure.message
    assert error["extensions"]["code"] == failure.code
    assert error["path"] == ["field"]


def test_a_failure_says_where_in_the_input_it_lies() -> None:
    assert shown(SegmentInUse("gold"))["extensions"] == {
        "code": "SEGMENT_IN_USE",
        "inputPath": ["forceDelete"],
    }
    assert shown(Forbidden(["a", "b"]))["extensions"] == {"code": "FORBIDDEN", "requiredScopes": ["a", "b"]}


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (DatabaseUnavailable("host 10.0.0.1"), "UNAVAILABLE"),
        (LostRace("40001"), "UNAVAILABLE"),
        (StatementTimeout("SELECT"), "TIMED_OUT"),
    ],
)
def test_what_the_database_cannot_help_is_no_bug(cause: Exception, code: str) -> None:
    error = shown(cause)
    assert error["extensions"] == {"code": code}
    assert str(cause) not in str(error)
    assert bug_in(GraphQLError("inner", original_error=cause)) is None


def test_of_a_bug_only_the_request_id_is_shown() -> None:
    bug = KeyError("secret")
    error = shown(bug)
    assert error == {
        "message": "Internal error",
        "path": ["field"],
        "extensions": {"code": "INTERNAL", "requestId": "r1"},
    }
    assert bug_in(GraphQLError("inner", original_error=bug)) is bug


@pytest.mark.parametrize(
    ("prefix", "path"), [(("inputs", 3), ("inputs", 3, "forceDelete")), ((), ("forceDelete",))]
)
def test_a_failure_can_be_seen_from_further_out(
    prefix: tuple[str | int, ...], path: tuple[str | int, ...]
) -> None:
    assert SegmentInUse("gold").under(*prefix).path == path

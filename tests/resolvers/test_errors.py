import pytest

from resolvers.errors import (
    AnswerTooLarge,
    CursorExpired,
    Forbidden,
    GatewayError,
    InvalidInput,
    NotFound,
    SegmentInUse,
    TooManyElements,
    UnknownSegment,
)


def all_errors(kind: type[GatewayError] = GatewayError) -> list[type[GatewayError]]:
    return [error for direct in kind.__subclasses__() for error in (direct, *all_errors(direct))]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in all_errors() if error.__module__ == "resolvers.errors"]
    assert len(codes) == len(set(codes)) == 21


@pytest.mark.parametrize(
    ("error", "message", "path", "resource_id"),
    [
        (NotFound("gold"), "The resource with id gold has not been found.", (), "gold"),
        (UnknownSegment("gold"), "The segment with id gold does not exist.", ("segmentId",), "gold"),
        (TooManyElements(200), "Maximum size of the payload array is 200.", (), None),
        (
            AnswerTooLarge(2_000, 1_000),
            "The answer has 2,000 bytes; at most 1,000 are allowed. Ask for fewer rows or fields.",
            (),
            None,
        ),
        (
            AnswerTooLarge(None, 1_000),
            (
                "More than 1,000 bytes would be read from the database. Write fewer rows at a time. "
                "Ask for fewer rows or fields."
            ),
            (),
            None,
        ),
    ],
)
def test_messages(error: GatewayError, message: str, path: tuple[str, ...], resource_id: str | None) -> None:
    assert (error.message, error.path, error.resource_id) == (message, path, resource_id)
    assert str(error) == message


def test_without_a_message_the_docstring_is_it() -> None:
    for error in (SegmentInUse("gold"), CursorExpired("oldest"), Forbidden(["a"])):
        assert error.message == (type(error).__doc__ or "").splitlines()[0]


def test_long_messages_and_paths_are_shortened() -> None:
    error = InvalidInput("m" * 1_001, path=("p" * 101, 3))
    assert error.message == "m" * 1_000 + "…"
    assert error.shown_path == ("p" * 100 + "…", 3)


def test_an_error_is_put_under_a_path() -> None:
    error = InvalidInput("any", path=("name",))
    assert error.under("elements", 2) is error
    assert error.path == ("elements", 2, "name")

import pytest

from resolvers.errors import (
    AlreadyExists,
    GatewayError,
    InvalidInput,
    NotFound,
    SegmentInUse,
    VersionConflict,
)
from resolvers.writing.command import Effect, Outcome
from schema.mutations.mutating import UserErrorCode, WriteEffect, effect_of, record_of, user_errors


@pytest.mark.parametrize(
    ("error", "code", "path"),
    [
        (InvalidInput("any", path=("name", "de")), UserErrorCode.INVALID_INPUT, ["input", "name", "de"]),
        (NotFound("gold"), UserErrorCode.NOT_FOUND, ["id"]),
        (AlreadyExists(), UserErrorCode.ALREADY_EXISTS, ["id"]),
        (VersionConflict(), UserErrorCode.VERSION_CONFLICT, ["expectedVersion"]),
        (SegmentInUse("gold"), UserErrorCode.SEGMENT_IN_USE, ["input", "forceDelete"]),
        (
            InvalidInput("any", path=("metadata", "version")),
            UserErrorCode.INVALID_INPUT,
            ["expectedVersion"],
        ),
        (
            InvalidInput("any", path=("metadata", "mixins", "a")),
            UserErrorCode.INVALID_INPUT,
            ["input", "mixinSchemas", "a"],
        ),
        (
            InvalidInput("any", path=("localizedSlug", "de", 3)),
            UserErrorCode.INVALID_INPUT,
            ["input", "slug", "de", "3"],
        ),
    ],
)
def test_an_error_names_the_argument(error: GatewayError, code: UserErrorCode, path: list[str]) -> None:
    [shown] = user_errors(error, "input", beside=("id", "expectedVersion"))
    assert (shown.code, shown.path, shown.message) == (code, path, error.message)


def test_a_success_has_no_errors() -> None:
    assert user_errors(Outcome(("gold",), Effect.CREATED)) == []
    assert user_errors([Outcome(("gold",))]) == []


@pytest.mark.parametrize("effect", list(Effect))
def test_effects(effect: Effect) -> None:
    assert effect_of(Outcome(("gold",), effect)) is WriteEffect(effect)


def test_a_failure_has_neither_effect_nor_record() -> None:
    assert effect_of(NotFound("gold")) is None
    assert effect_of(Outcome(("gold",), error=NotFound("gold"))) is None
    assert record_of(NotFound("gold")) is None
    assert record_of(Outcome(("gold",), record={"id": "gold"})) == {"id": "gold"}

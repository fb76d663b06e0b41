"""Shared code of mutations: scope and user errors."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from enum import Enum
from typing import Final, TypeVar

import strawberry

from resolvers.access import Writer
from resolvers.background import in_background
from resolvers.caller import Scope
from resolvers.errors import (
    AlreadyExists,
    AnswerTooLarge,
    ChangesOff,
    CursorExpired,
    CursorUnknown,
    Forbidden,
    GatewayError,
    NotFound,
    Path,
    TimedOut,
    TooManyStreams,
    Unauthenticated,
    Unavailable,
    VersionConflict,
    WebhooksOff,
)
from resolvers.writing.bulk import attempted_each, checked_elements
from resolvers.writing.command import Effect, Outcome, Record
from schema.vocabulary.context import Info

Command = TypeVar("Command")
Element = TypeVar("Element")
Result = TypeVar("Result")

REQUEST_FAILURES: Final = (
    Unauthenticated,
    Forbidden,
    AnswerTooLarge,
    ChangesOff,
    WebhooksOff,
    CursorExpired,
    CursorUnknown,
    Unavailable,
    TimedOut,
    TooManyStreams,
)
"""Failures of the whole request, which go to the top-level `errors`; all others are `userErrors`."""


AT_FAULT: Final[Mapping[type[GatewayError], Path]] = {
    NotFound: ("id",),
    AlreadyExists: ("id",),
    VersionConflict: ("expectedVersion",),
}
"""The argument behind a failure without a path: such a failure concerns no member of a document."""


@strawberry.enum(description="Why a mutation, or an element of it, failed.")
class UserErrorCode(Enum):
    INVALID_INPUT = strawberry.enum_value("INVALID_INPUT", description="A value cannot be stored.")
    INVALID_ARGUMENT = strawberry.enum_value(
        "INVALID_ARGUMENT", description="An argument that selects something is malformed."
    )
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="What should be changed does not exist.")
    ALREADY_EXISTS = strawberry.enum_value("ALREADY_EXISTS", description="The id is taken.")
    VERSION_CONFLICT = strawberry.enum_value(
        "VERSION_CONFLICT", description="It was changed meanwhile: its version is not `expectedVersion`."
    )
    SEGMENT_IN_USE = strawberry.enum_value(
        "SEGMENT_IN_USE", description="It has assignments, and `forceDelete` was not given."
    )
    REFERENCE_IN_USE = strawberry.enum_value(
        "REFERENCE_IN_USE",
        description="Assignments refer to it, and the gateway enforces references.",
    )
    UNKNOWN_SEGMENT = strawberry.enum_value(
        "UNKNOWN_SEGMENT", description="The segment to assign to does not exist."
    )
    UNKNOWN_REFERENCE = strawberry.enum_value(
        "UNKNOWN_REFERENCE",
        description="The gateway enforces references: customers, legal entities and items must be known.",
    )
    TOO_MANY_ELEMENTS = strawberry.enum_value(
        "TOO_MANY_ELEMENTS", description="The list is longer than one request may carry."
    )
    LIMIT_REACHED = strawberry.enum_value(
        "LIMIT_REACHED", description="The tenant has as many of these as it may have."
    )


@strawberry.type(description="What is wrong with the input of a mutation.")
class UserError:
    message: str = strawberry.field(description="For people, in English.")
    code: UserErrorCode = strawberry.field(description="For programs.")
    path: list[str] = strawberry.field(
        description="The argument at fault and the way into it, such as `input`, `name`, `de`."
    )


@strawberry.enum(description="What a write did.")
class WriteEffect(Enum):
    CREATED = strawberry.enum_value(Effect.CREATED, description="There was nothing before.")
    UPDATED = strawberry.enum_value(Effect.UPDATED, description="It was there, and has a new version.")
    DELETED = strawberry.enum_value(Effect.DELETED, description="It was there, and is gone.")
    UNCHANGED = strawberry.enum_value(Effect.UNCHANGED, description="There was nothing to do.")


async def mutate(
    info: Info,
    read: Callable[[], Command],
    write: Callable[[Writer, Command], Awaitable[Result]],
) -> Result | GatewayError:
    """Read the input, then write in one transaction.

    An error of the input is returned. Raises Unauthenticated or Forbidden before anything else is read.
    """

    async def command() -> Command:
        return read()

    return await _mutate(info, command, write)


async def mutate_after_long_read(
    info: Info,
    read: Callable[[], Command],
    write: Callable[[Writer, Command], Awaitable[Result]],
) -> Result | GatewayError:
    """Run `mutate`; another thread reads the input."""

    async def command() -> Command:
        return await in_background(read)

    return await _mutate(info, command, write)


async def mutate_each(
    info: Info,
    elements: Sequence[Element],
    read: Callable[[Element], Command],
    write: Callable[[Writer, Sequence[Command | GatewayError]], Awaitable[Result]],
    path: Path,
) -> Result | GatewayError:
    """Run `mutate` with the elements of a list.

    `path` is the path of the list. A list that is too long is a failure.
    """

    async def commands() -> Sequence[Command | GatewayError]:
        return await attempted_each(checked_elements(elements, path), read)

    return await _mutate(info, commands, write)


async def _mutate(
    info: Info,
    read: Callable[[], Awaitable[Command]],
    write: Callable[[Writer, Command], Awaitable[Result]],
) -> Result | GatewayError:
    info.context.caller.require(Scope.MANAGE)
    try:
        command = await read()
        return await info.context.write(lambda writer: write(writer, command))
    except REQUEST_FAILURES:
        raise
    except GatewayError as error:
        return error


def user_errors(failure: object, *inside: str, beside: Collection[str] = ()) -> list[UserError]:
    """The user errors of a failure; none for success.

    Its path is inside the input argument, except for the arguments in `beside`.
    """
    if isinstance(failure, Outcome):
        failure = failure.error
    if not isinstance(failure, GatewayError):
        return []
    path = [str(part) for part in _input_path(failure.shown_path or AT_FAULT.get(type(failure), ()))]
    if not set(path[:1]) & set(beside):
        path = [*inside, *path]
    return [UserError(message=failure.message, code=UserErrorCode(failure.code), path=path)]


def _input_path(path: Path) -> Path:
    """Convert a contract path to a path of input members."""
    match path:
        case ("metadata", "version"):
            return ("expectedVersion",)
        case ("metadata", "mixins", *rest):
            return ("mixinSchemas", *rest)
        case ("localizedDescription", *rest):
            return ("description", *rest)
        case ("localizedSlug", *rest):
            return ("slug", *rest)
        case _:
            return path


def record_of(result: Outcome | GatewayError) -> Record | None:
    """The row after the write, or None.

    It is None if the write failed, or left no row.
    """
    return None if isinstance(result, GatewayError) else result.record


def effect_of(result: Outcome | GatewayError) -> WriteEffect | None:
    """The effect of the write; None if it failed."""
    if isinstance(result, GatewayError) or result.error is not None:
        return None
    return WriteEffect(result.effect)

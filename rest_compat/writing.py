"""Answers of operations that write.

They carry out one command, or one for each element of a bulk request.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, TypeAlias, TypeVar

from starlette.responses import Response

from resolvers.access import Writer
from resolvers.errors import GatewayError
from resolvers.values.text import checked_segment_id
from resolvers.writing import command
from resolvers.writing.bulk import attempted_each, checked_elements
from resolvers.writing.command import Effect, Outcome
from rest_compat.call import Call
from rest_compat.routing import Answer
from rest_compat.wire.errors import message_of, rendering_of
from rest_compat.wire.responses import json_response

Command = TypeVar("Command", bound=command.Command)
CarryOut: TypeAlias = Callable[[Writer, Sequence[Command | GatewayError]], Awaitable[list[Outcome]]]
MakeCommand: TypeAlias = Callable[[Call], Command]
ReadElements: TypeAlias = Callable[[Call], Callable[[Any], Command]]
"""Checks the path of a request, and returns a function from each element to its command."""
CREATED: Final = (201, "Created")
DONE: Final = (204, "OK")
"""The contract's bulk examples call 204 OK (D46)."""


def write_one(
    command_of: MakeCommand[Command], carry_out: CarryOut[Command], *, shows_id: bool = False
) -> Answer:
    """An answer of 201 or 204 to a single write.

    201 where something new was created, with its id if the contract says so, else 204.
    """

    async def answer(call: Call) -> Response:
        command = replace(command_of(call), precondition=call.preconditions.check_write)
        [outcome] = await call.write(lambda writer: carry_out(writer, [command]))
        outcome.raised()
        if outcome.effect is not Effect.CREATED:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        if shows_id and outcome.record is not None:
            return json_response({"id": outcome.record["id"]}, HTTPStatus.CREATED)
        return Response(status_code=HTTPStatus.CREATED)

    return answer


def write_each(
    commands_of: ReadElements[Command], carry_out: CarryOut[Command], *, shows_id: bool = False
) -> Answer:
    """An answer of 207 to a bulk write.

    It has one entry for each element, in the order of the request (D44 to D48).
    """

    async def answer(call: Call) -> Response:
        elements = checked_elements(call.body)
        command_of = commands_of(call)
        commands = await attempted_each(elements, command_of)
        call.preconditions.check_state(None)  # there is no current representation of a bulk endpoint
        outcomes = await call.write(lambda writer: carry_out(writer, commands))
        ids = [_id(*pair) for pair in zip(outcomes, elements, strict=True)] if shows_id else None
        return results(call, outcomes, ids)

    return answer


def results(call: Call, outcomes: Sequence[Outcome], ids: Sequence[dict[str, str]] | None = None) -> Response:
    """Return 207 with an entry for each outcome.

    An entry has its id where `ids` has some.
    """
    base = call.policy.bulk_index_base
    entries = [
        {"index": base + position, **(ids[position] if ids else {}), **_result(outcome)}
        for position, outcome in enumerate(outcomes)
    ]
    return json_response(entries, HTTPStatus.MULTI_STATUS)


def _id(outcome: Outcome, element: Any) -> dict[str, str]:
    """Return the segment's id for an entry.

    For a failed element the id that it had, if that was valid (D47).
    """
    if outcome.record is not None:
        return {"id": outcome.record["id"]}
    try:
        return {"id": checked_segment_id(element.get("id") if isinstance(element, Mapping) else element, ())}
    except GatewayError:
        return {}


def _result(outcome: Outcome) -> dict[str, Any]:
    if outcome.error is not None:
        rendering = rendering_of(outcome.error)
        return {"code": rendering.status, "status": rendering.phrase, "message": message_of(outcome.error)}
    code, status = CREATED if outcome.effect is Effect.CREATED else DONE
    return {"code": code, "status": status}

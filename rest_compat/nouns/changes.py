"""The change feed in REST, an extension of the contract: the contract's events, behind a cursor."""

from typing import Final, TypeVar

from starlette.responses import Response

from resolvers.changes.event import EVENT_TYPES, events
from resolvers.changes.follow import LONGEST_WAIT, await_changes
from resolvers.changes.read import DEFAULT_FIRST, LARGEST_FIRST, ChangeFilter
from resolvers.errors import InvalidArgument
from rest_compat.call import Call
from rest_compat.wire.responses import json_response

LONGEST_NUMBER: Final = 4
Value = TypeVar("Value")


async def changes(call: Call) -> Response:
    """Changes behind `after`, or from the oldest on; where there are none, wait for `waitSeconds`."""
    batch = await await_changes(
        call.reading,
        call.database.heads,
        call.query.get("after"),
        first=_number(call, "limit", 1, LARGEST_FIRST, DEFAULT_FIRST),
        wanted=ChangeFilter(_types(call), _list(call, "segmentIds"), call.query.get("customerId")),
        seconds=_number(call, "waitSeconds", 0, LONGEST_WAIT, 0),
    )
    async with call.reading() as reader:
        shown = await events(reader, batch)
    return json_response({"changes": shown, "cursor": batch.cursor, "hasMore": batch.has_more})


def _list(call: Call, name: str) -> list[str] | None:
    """A parameter of values that are separated by commas. An empty one is absent."""
    value = call.query.get(name)
    return None if value is None else [part.strip() for part in value.split(",") if part.strip()]


def _types(call: Call) -> list[str] | None:
    names = _list(call, "types")
    if names is None:
        return None
    if unknown := [name for name in names if name not in EVENT_TYPES]:
        raise InvalidArgument(f"{unknown[0]} is no type of event.", path=("types",))
    return [str(EVENT_TYPES[name]) for name in names]


def _number(call: Call, name: str, least: int, most: int, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and least <= int(text) <= most):
        raise InvalidArgument(f"A whole number from {least} to {most:,} is expected.", path=(name,))
    return int(text)

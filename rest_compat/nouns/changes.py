"""The change feed in REST, an extension of the contract.

It has the contract's events, behind a cursor: as JSON in batches, or as a stream of server-sent events.
"""

import random
from typing import Final, TypeVar

import orjson
from starlette.responses import Response

from models.connection.failure import DATABASE_FAILURES
from resolvers.changes.event import EVENT_TYPES, events
from resolvers.changes.follow import LONGEST_WAIT, Follower, await_changes, follow_changes
from resolvers.changes.group import Delivery
from resolvers.changes.read import DEFAULT_FIRST, LARGEST_FIRST, ChangeBatch, ChangeFilter, lag_of
from resolvers.changes.shared import SharedBatch
from resolvers.errors import GatewayError, InvalidArgument
from resolvers.streams import Streams
from rest_compat.call import Call
from rest_compat.wire.event_stream import EventStream, event, takes_events
from rest_compat.wire.responses import json_response
from rest_compat.wire.stream_message import NOTHING, StreamMessage, Take

LONGEST_NUMBER: Final = 4
RETRY: Final = range(500, 2_501)
"""Milliseconds after which a browser connects again. When a server stops, not all of them at once."""
CLOSING: Final = ": closing\n\n"
Value = TypeVar("Value")


async def changes(call: Call) -> Response:
    """Answer with the changes behind `after`.

    Without `after`, from the oldest on; where there are none, wait for `waitSeconds`.

    A stream of events begins behind `Last-Event-ID`, else behind `after`, else with future changes.
    """
    if call.streams is not None and call.method == "GET" and takes_events(call.headers.raw):
        return await _stream(call, call.streams)
    batch = await await_changes(
        call.reading_primary,
        call.database.heads,
        call.query.get("after"),
        first=_number(call, "limit", 1, LARGEST_FIRST, DEFAULT_FIRST),
        change_filter=_filter(call),
        seconds=_number(call, "waitSeconds", 0, LONGEST_WAIT, 0),
    )
    async with call.reading_primary() as reader:
        documents = await events(reader, batch)
    return json_response({"changes": documents, "cursor": batch.cursor, "hasMore": batch.has_more})


async def _stream(call: Call, streams: Streams) -> Response:
    after = call.headers.get("last-event-id") or call.query.get("after")
    follower = await follow_changes(
        lambda: call.later().reading_primary(), streams.feeds, after, _filter(call)
    )
    stream = streams.opened("rest_sse", call.caller, call.verify)
    first = f"retry: {random.choice(RETRY)}\n\n"  # noqa: S311  (no secret)
    return EventStream(stream, _Events(call, follower), first=first)


class _Events:
    """Changes as server-sent events.

    The ids of the events are cursors.
    """

    def __init__(self, call: Call, follower: Follower) -> None:
        self._call = call
        self._follower = follower
        caller = call.caller
        self._view = "rest", caller.scopes, caller.customer_id, caller.legal_entity_id
        self.wake = follower.wake
        self.close = follower.close

    def serve(self, take: Take) -> None:
        """Send events without the stream's task."""
        self._follower.delivery = Delivery(self._view, self._message, lambda message: take(message, NOTHING))

    async def next(self, seconds: float) -> StreamMessage | None:
        try:
            shared = await self._follower.next(seconds)
            return None if shared is None else await self._message(shared)
        except (GatewayError, *DATABASE_FAILURES):
            return StreamMessage(CLOSING, is_last=True)  # the client asks again, and is told

    async def _message(self, shared: SharedBatch) -> StreamMessage:
        text = await shared.once(self._view, lambda: self._shown(shared.batch))
        return StreamMessage(text, lag_of(shared.batch))

    async def _shown(self, batch: ChangeBatch) -> str:
        if not batch.records:
            return f"id: {batch.cursor}\n\n"
        async with self._call.later().reading_primary() as reader:
            documents = await events(reader, batch)
        return "".join(
            event(orjson.dumps(document).decode(), kind=document["type"], event_id=document["cursor"])
            for document in documents
        )


def _filter(call: Call) -> ChangeFilter:
    return ChangeFilter(_types(call), _list(call, "segmentIds"), call.query.get("customerId"))


def _list(call: Call, name: str) -> list[str] | None:
    """Return a parameter's comma-separated values.

    An empty parameter counts as absent.
    """
    value = call.query.get(name)
    return None if value is None else [part.strip() for part in value.split(",") if part.strip()]


def _types(call: Call) -> list[str] | None:
    names = _list(call, "types")
    if names is None:
        return None
    if foreign := [name for name in names if name not in EVENT_TYPES]:
        raise InvalidArgument(f"{foreign[0]} is no type of event.", path=("types",))
    return [str(EVENT_TYPES[name]) for name in names]


def _number(call: Call, name: str, least: int, most: int, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and least <= int(text) <= most):
        raise InvalidArgument(f"A whole number from {least} to {most:,} is expected.", path=(name,))
    return int(text)

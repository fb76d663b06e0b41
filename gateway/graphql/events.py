"""GraphQL over server-sent events, each operation in a response of its own (the graphql-sse protocol)."""

from typing import Final

from starlette.responses import Response

from gateway.graphql.followed import Followed
from rest_compat.wire.event_stream import EVENT_STREAM, Frames, Take, event

LAST_EVENT: Final = event("", kind="complete")
BEFORE, _, BEHIND = event("|", kind="next").encode().partition(b"|")
"""What is around a response."""


class Events:
    """The responses of a subscription as events."""

    def __init__(self, followed: Followed) -> None:
        self._followed = followed
        self.wake = followed.wake
        self.close = followed.close

    def serve(self, take: Take) -> None:
        """Let responses be sent without the stream's task."""
        self._followed.serve(
            lambda payload: not payload.is_last and take((BEFORE, payload.encoded, BEHIND), payload.lag)
        )

    async def next(self, seconds: float) -> Frames | None:
        payload = await self._followed.next(seconds)
        if payload is None:
            return None
        return Frames(event(payload.text, kind="next"), payload.lag, is_last=payload.is_last)


def events_response(body: bytes) -> Response:
    """The one response of a query or mutation, or why a subscription cannot begin."""
    return Response(event(body.decode(), kind="next") + LAST_EVENT, media_type=EVENT_STREAM)

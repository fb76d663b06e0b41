"""GraphQL over server-sent events (the graphql-sse protocol).

Each operation has a response of its own.
"""

from typing import Final

from starlette.responses import Response

from gateway.graphql.followed import Followed
from rest_compat.wire.event_stream import EVENT_STREAM, event
from rest_compat.wire.stream_message import StreamMessage, Take

LAST_EVENT: Final = event("", kind="complete")
_BEFORE, _, _BEHIND = event("|", kind="next").encode().partition(b"|")
AROUND: Final = _BEFORE, _BEHIND
"""The bytes before and after a response in an event."""


class Events:
    """The responses of a subscription as events."""

    def __init__(self, followed: Followed) -> None:
        self._followed = followed
        self.wake = followed.wake
        self.close = followed.close

    def serve(self, take: Take) -> None:
        """Let responses be sent without the stream's task."""
        self._followed.serve(lambda response: take(response, AROUND))

    async def next(self, seconds: float) -> StreamMessage | None:
        response = await self._followed.next(seconds)
        if response is None:
            return None
        return StreamMessage(event(response.text, kind="next"), response.lag, response.is_last)


def events_response(body: bytes) -> Response:
    """The only response of an operation, as an event stream.

    It is that of a query or mutation, or says why a subscription cannot begin.
    """
    return Response(event(body.decode(), kind="next") + LAST_EVENT, media_type=EVENT_STREAM)

"""Open streams of a process: their limits and ends."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeAlias

import structlog

from models.connection.client import Client
from resolvers.caller import Caller
from resolvers.changes.feed import Feeds
from resolvers.errors import TooManyStreams
from resolvers.watch import Watch

Kind: TypeAlias = Literal["websocket", "graphql_sse", "rest_sse"]


class Verify(Protocol):
    """Verifies the caller's token again."""

    async def __call__(self) -> Caller:
        """Return the caller.

        Raises if the token is no longer valid.
        """

    def is_known(self) -> bool:
        """Whether a call would return without waiting."""


KINDS: Final[tuple[Kind, ...]] = ("websocket", "graphql_sse", "rest_sse")
TOKEN_ENDED: Final = "token ended"  # noqa: S105  (a reason)
CLIENT_LEFT: Final = "client left"
SERVER_LEAVES: Final = "server leaves"
COMPLETE: Final = "complete"
SECONDS_BETWEEN_LOOKS: Final = 5.0
"""Seconds between two checks of a silent stream."""

log = structlog.get_logger(__name__)


class Stream:
    """An open stream.

    The code that opens it closes it. `wake` is called when the stream is to end, by the code that waits on
    its behalf.
    """

    def __init__(self, streams: "Streams", kind: Kind, caller: Caller, verify: Verify | None) -> None:
        self._streams = streams
        self._verify = verify
        self._began = time.monotonic()
        self._reason: str | None = None
        self.kind: Kind = kind
        self.caller = caller
        self.batches = 0
        self.wake: Callable[[], None] = nobody

    @property
    def reason(self) -> str | None:
        """The reason for the stream's end, or None."""
        if self._reason is None and self.seconds_left <= 0:
            self._reason = TOKEN_ENDED
        return self._reason

    @property
    def seconds_left(self) -> float:
        """The remaining lifetime of the caller's token."""
        return self.caller.expires_at - time.time()

    def end(self, reason: str) -> None:
        """End the stream; the first reason is kept."""
        self._reason = self.reason or reason
        self.wake()

    async def has_ended(self) -> bool:
        """Whether the stream has ended.

        It verifies the token, as it may have been withdrawn.
        """
        if self.reason is None and self._verify is not None:
            try:
                await self._verify()
            except Exception as refusal:  # noqa: BLE001  (whatever it is, nobody says that the token is good)
                log.info("stream refused", reason=str(refusal))
                self.end(TOKEN_ENDED)
        return self.reason is not None

    @property
    def watch(self) -> Watch:
        """The watch that checks silent streams of the process."""
        return self._streams.watch

    def may_send_now(self) -> bool:
        """Whether a batch may be sent now, without waiting.

        If it returns False, `has_ended` gives the definite answer.
        """
        if self._reason is not None or self.caller.expires_at <= time.time():
            return False
        return self._verify is None or self._verify.is_known()

    def sent(self, lag: float | None) -> None:
        """Count a sent batch.

        `lag` is the age of its newest change in seconds.
        """
        self.batches += 1
        self._streams.batches[self.kind] += 1
        if lag is not None:
            self._streams.lag = max(self._streams.lag, lag)

    def close(self) -> None:
        """Release the stream's slot."""
        self._streams.closed(self)
        log.info(
            "stream ended",
            kind=self.kind,
            tenant=self.caller.tenant,
            reason=self.reason or COMPLETE,
            batches=self.batches,
            seconds=round(time.monotonic() - self._began, 1),
        )


class Streams:
    """The open streams of a process and their feeds.

    It limits their number.

    `batches` and `lag` are for metrics: batches sent, and the age of the oldest change since the last look.
    """

    def __init__(self, feeds: Feeds, *, most: int = 1_000, most_of_caller: int | None = None) -> None:
        self.feeds = feeds
        self.watch = Watch(SECONDS_BETWEEN_LOOKS)
        self.open: Counter[Kind] = Counter()
        self.batches: Counter[Kind] = Counter()
        self.lag = 0.0
        self._most = most
        self._most_of_caller = most_of_caller or max(1, most // 10)
        self._of_caller: Counter[Client] = Counter()

    def opened(self, kind: Kind, caller: Caller, verify: Verify | None = None) -> Stream:
        """Open a stream for the caller.

        The caller of this method closes it. Raises TooManyStreams.
        """
        if self.open.total() >= self._most or self._of_caller[caller.client] >= self._most_of_caller:
            raise TooManyStreams()
        self.open[kind] += 1
        self._of_caller[caller.client] += 1
        log.info("stream begins", kind=kind, tenant=caller.tenant)
        return Stream(self, kind, caller, verify)

    def closed(self, stream: Stream) -> None:
        """Remove a stream from the counts."""
        self.open[stream.kind] -= 1
        self._of_caller[stream.caller.client] -= 1
        if not self._of_caller[stream.caller.client]:
            del self._of_caller[stream.caller.client]


def nobody() -> None:
    """Do nothing: the default of `wake`."""

"""The streams that one process has open: how many there may be, and when each must end."""

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
    """Verifies the caller's token anew."""

    async def __call__(self) -> Caller:
        """The caller. Raises where the token is good no more."""

    def is_known(self) -> bool:
        """Whether a call would answer the caller at once."""


KINDS: Final[tuple[Kind, ...]] = ("websocket", "graphql_sse", "rest_sse")
TOKEN_ENDED: Final = "token ended"  # noqa: S105  (a reason)
CLIENT_LEFT: Final = "client left"
SERVER_LEAVES: Final = "server leaves"
COMPLETE: Final = "complete"
SECONDS_BETWEEN_LOOKS: Final = 5.0
"""Seconds after which a silent stream is looked at again."""

log = structlog.get_logger(__name__)


class Stream:
    """One open stream. Whoever opened it closes it.

    `wake` is called when the stream is to end, by whoever waits on its behalf.
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
        """Why the stream is to end; None while it goes on."""
        if self._reason is None and self.seconds_left <= 0:
            self._reason = TOKEN_ENDED
        return self._reason

    @property
    def seconds_left(self) -> float:
        """How long the caller's token is good."""
        return self.caller.expires_at - time.time()

    def end(self, reason: str) -> None:
        """Have the stream end; the first reason counts."""
        self._reason = self.reason or reason
        self.wake()

    async def has_ended(self) -> bool:
        """Whether nothing more may be sent. Looks at the token, which may have been withdrawn meanwhile."""
        if self.reason is None and self._verify is not None:
            try:
                await self._verify()
            except Exception as refusal:  # noqa: BLE001  (whatever it is, nobody says that the token is good)
                log.info("stream refused", reason=str(refusal))
                self.end(TOKEN_ENDED)
        return self.reason is not None

    @property
    def watch(self) -> Watch:
        """Looks at the process's streams whether they have been silent for long."""
        return self._streams.watch

    def may_send_now(self) -> bool:
        """Whether more may be sent, as far as is known without waiting; if not, `has_ended` finds out."""
        if self._reason is not None or self.caller.expires_at <= time.time():
            return False
        return self._verify is None or self._verify.is_known()

    def sent(self, lag: float | None) -> None:
        """Count a batch, whose newest change is so many seconds old."""
        self.batches += 1
        self._streams.batches[self.kind] += 1
        if lag is not None:
            self._streams.lag = max(self._streams.lag, lag)

    def close(self) -> None:
        """Give the place free."""
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
    """What all streams of a process share: their number, and the feeds that they follow.

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
        """A new stream, to be closed by whoever opens it. Raises TooManyStreams."""
        if self.open.total() >= self._most or self._of_caller[caller.client] >= self._most_of_caller:
            raise TooManyStreams()
        self.open[kind] += 1
        self._of_caller[caller.client] += 1
        log.info("stream begins", kind=kind, tenant=caller.tenant)
        return Stream(self, kind, caller, verify)

    def closed(self, stream: Stream) -> None:
        """Count a stream no more."""
        self.open[stream.kind] -= 1
        self._of_caller[stream.caller.client] -= 1
        if not self._of_caller[stream.caller.client]:
            del self._of_caller[stream.caller.client]


def nobody() -> None:
    """Wake nobody."""

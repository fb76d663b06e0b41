"""Signs of life of silent streams: one timer sends them all, instead of a task of each."""

import asyncio
from itertools import islice
from typing import Final, Protocol

SECONDS_BETWEEN_SIGNS: Final = 15.0
"""After as long a silence a stream sends a sign of life: proxies end connections on which nothing is said."""
SIGNS_AT_ONCE: Final = 100
"""Streams that are looked at in one step, which takes some milliseconds."""
PAUSE: Final = 0.05
"""Seconds between two steps, at least."""


class Silent(Protocol):
    """A stream that may have said nothing for long."""

    silent_since: float
    """A time of the event loop's clock."""

    def break_silence(self) -> None:
        """Send a sign of life. It must not wait."""


class Silence:
    """The streams that are watched, those first whose silence is over first."""

    def __init__(self) -> None:
        self._until: dict[Silent, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, stream: Silent) -> None:
        """Have the stream break its silence, until it is forgotten."""
        self._until[stream] = stream.silent_since + SECONDS_BETWEEN_SIGNS
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_at(self._until[stream], self._look)

    def forget(self, stream: Silent) -> None:
        """Watch the stream no more."""
        self._until.pop(stream, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for stream, until in list(islice(self._until.items(), SIGNS_AT_ONCE)):
            if until > now:
                break
            if stream.silent_since + SECONDS_BETWEEN_SIGNS <= now:
                stream.silent_since = now
                stream.break_silence()
            self._until.pop(stream)
            self._until[stream] = stream.silent_since + SECONDS_BETWEEN_SIGNS
        first = next(iter(self._until.values()), None)
        self._timer = None if first is None else loop.call_at(max(first, now + PAUSE), self._look)

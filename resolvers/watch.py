"""Looking at many members in turn: one timer for all, instead of one for each.

On a machine at rest to wake up costs far more than to look.
"""

import asyncio
from itertools import islice
from typing import Final, Protocol

AT_ONCE: Final = 100
"""Members that are looked at in one step, which takes some milliseconds."""
STEPS: Final = 30
"""Steps of a round, at most, unless there are more members: those that are due soon wait for each other."""


class Clock(Protocol):
    """What an event loop knows of time."""

    def time(self) -> float:
        """The seconds of the loop's clock."""

    def call_later(self, delay: float, callback: "Step", /) -> object:
        """Call a step in so many seconds."""


class Step(Protocol):
    """Looks at those that are due."""

    def __call__(self) -> None: ...


class Member(Protocol):
    """Something that is to be looked at now and then."""

    def look(self, now: float) -> None:
        """See what is due at a time of the event loop's clock. It must not wait. It may leave."""


class Watch:
    """Members each of which is looked at once in so many seconds, or a thirtieth later.

    The clock is the running event loop's, where it is not given.
    """

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self.seconds = seconds
        self._clock = clock
        self._due: dict[Member, float] = {}
        """Those who are due first come first: all wait equally long."""
        self._is_waiting = False

    def join(self, member: Member) -> None:
        """Look at the member in turn, until it leaves."""
        clock = self._clock or asyncio.get_running_loop()
        self._due[member] = clock.time() + self.seconds
        self._wait(clock, self.seconds)

    def leave(self, member: Member) -> None:
        """Look at the member no more."""
        self._due.pop(member, None)

    def _wait(self, clock: Clock, seconds: float) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            clock.call_later(seconds, self._step)

    def _step(self) -> None:
        self._is_waiting = False
        clock = self._clock or asyncio.get_running_loop()
        now = clock.time()
        due = [item for item, when in islice(self._due.items(), AT_ONCE) if when <= now]
        for member in due:
            if self._due.pop(member, None) is not None:  # else another one's turn has made it leave
                self._due[member] = now + self.seconds
                member.look(now)
        first = next(iter(self._due.values()), None)
        if first is not None:
            pause = 0 if len(due) == AT_ONCE else self.seconds / STEPS
            self._wait(clock, max(first - now, pause))

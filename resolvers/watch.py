"""Checks many members with one timer.

On an idle machine waking up costs far more than a check.
"""

import asyncio
from itertools import islice
from typing import Final, Protocol

import structlog

AT_ONCE: Final = 100
"""Members that are checked in one step, which takes some milliseconds."""
STEPS: Final = 30
"""Steps of an interval, at most, unless there are more members. Members that are due soon are checked in one
step.
"""

log = structlog.get_logger(__name__)


class Clock(Protocol):
    """The clock of an event loop."""

    def time(self) -> float:
        """The time of the loop's clock in seconds."""

    def call_later(self, delay: float, callback: "Step", /) -> object:
        """Call a step after a delay in seconds."""


class Step(Protocol):
    """Checks the members that are due."""

    def __call__(self) -> None: ...


class Member(Protocol):
    """An object to be checked regularly."""

    def look(self, now: float) -> None:
        """Check the member at a time of the loop's clock.

        It must not wait. It may leave the watch. An exception is logged, and does not affect other members.
        """


class Watch:
    """Checks each member once in an interval.

    The interval is in seconds; a check may be late by a thirtieth of it. The default clock is the running
    event loop's.
    """

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self.seconds = seconds
        self._clock = clock
        self._due: dict[Member, float] = {}
        """The time of each member's next check, in order: all members have the same interval."""
        self._is_waiting = False

    def join(self, member: Member) -> None:
        """Add a member, to be checked until it leaves."""
        clock = self._clock or asyncio.get_running_loop()
        self._due[member] = clock.time() + self.seconds
        self._wait(clock, self.seconds)

    def leave(self, member: Member) -> None:
        """Remove a member."""
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
            del self._due[member]
            self._due[member] = now + self.seconds
        self._wait_for_first(clock, now, 0 if len(due) == AT_ONCE else self.seconds / STEPS)
        for member in due:
            if member in self._due:  # else another one's turn has made it leave
                self._look_at(member, now)

    def _wait_for_first(self, clock: Clock, now: float, pause: float) -> None:
        first = next(iter(self._due.values()), None)
        if first is not None:
            self._wait(clock, max(first - now, pause))

    def _look_at(self, member: Member, now: float) -> None:
        try:
            member.look(now)
        except Exception:
            log.exception("not looked at")

"""Growing pauses after failures: when what failed is tried again."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
"""Seconds: each failure in a row doubles the pause."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """The failures in a row, and the time of the next try, in seconds of `time.monotonic`."""

    count: int
    next_try: float


@dataclass(frozen=True, slots=True)
class Retries(Generic[Name]):
    """The work of one process whose last try failed, by name."""

    longest: float = LONGEST_PAUSE
    _failed: dict[Name, _Failed] = field(default_factory=dict)

    def is_due(self, name: Name) -> bool:
        """Whether the work has not failed, or has had its pause."""
        failed = self._failed.get(name)
        return failed is None or monotonic() >= failed.next_try

    def failed(self, name: Name) -> float:
        """Count a failure; return the seconds until the next try."""
        count = self._failed[name].count + 1 if name in self._failed else 1
        pause = min(FIRST_PAUSE * 2.0 ** min(count - 1, 10), self.longest)
        self._failed[name] = _Failed(count, monotonic() + pause)
        return pause

    def succeeded(self, name: Name) -> None:
        """Forget the failures of the work."""
        self._failed.pop(name, None)

    def forget(self, is_over: Callable[[Name], bool]) -> None:
        """Forget the work that is over."""
        for name in [name for name in self._failed if is_over(name)]:
            del self._failed[name]

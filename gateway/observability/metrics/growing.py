"""Counts kept by other parts of the process."""

from dataclasses import dataclass

from prometheus_client import Counter


@dataclass
class Growing:
    """A Prometheus counter of a count kept elsewhere.

    It adds only the growth of the count.
    """

    counter: Counter
    last: int = 0

    def sample(self, value: int) -> None:
        """Add the growth up to the new value."""
        self.counter.inc(max(0, value - self.last))
        self.last = value

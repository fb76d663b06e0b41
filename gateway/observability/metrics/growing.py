"""Counts that other parts of the process keep."""

from dataclasses import dataclass

from prometheus_client import Counter


@dataclass
class Growing:
    """A count that is kept elsewhere, passed on to Prometheus by what it has grown."""

    counter: Counter
    seen: int = 0

    def sample(self, value: int) -> None:
        """Pass on the new value."""
        self.counter.inc(max(0, value - self.seen))
        self.seen = value

"""What was measured at two gateways."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.pair.workload import Workload


@dataclass(frozen=True, slots=True)
class Round:
    """One workload at one gateway for some seconds: times of one request in milliseconds.

    `each_ms` is what half of the requests took at most: a busy machine moves it less than the mean.
    """

    each_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rounds of one workload at a gateway without something and at one with it, in the same order."""

    workload: Workload
    without: Sequence[Round]
    with_it: Sequence[Round]

    @property
    def slower(self) -> float:
        """How much longer a request takes with it, as a share of the time without: the median of the rounds.

        Each round is compared with the one beside it, so a machine that changes its speed moves both.
        """
        return median(self._slower_by_round)

    @property
    def is_too_slow(self) -> bool:
        """Whether a request takes longer than it may."""
        return self.workload.most is not None and self.slower > self.workload.most

    @property
    def middle_half(self) -> tuple[float, float]:
        """What a quarter of the rounds are below, and a quarter above, as shares."""
        if len(self._slower_by_round) == 1:
            return self.slower, self.slower
        low, _, high = quantiles(self._slower_by_round, method="inclusive")
        return low, high

    @property
    def row(self) -> str:
        """A line of the table."""
        low, high = self.middle_half
        most = "" if self.workload.most is None else f"{self.workload.most:.0%}"
        return (
            f"| {self.workload.name} | {_each(self.without):.2f} | {_each(self.with_it):.2f} "
            f"| {self.slower:+.1%} | {low:+.1%} to {high:+.1%} | {most} "
            f"| {_cpu(self.without):.3f} | {_cpu(self.with_it):.3f} |"
        )

    @property
    def _slower_by_round(self) -> list[float]:
        pairs = zip(self.without, self.with_it, strict=True)
        return [with_it.each_ms / without.each_ms - 1 for without, with_it in pairs]


def table(comparisons: Sequence[Comparison], what: str) -> str:
    """All workloads of one database, without and with `what`."""
    head = f"| request | ms without {what} | with {what} | longer by | half of the rounds | at most "
    head += f"| CPU ms without {what} | with {what} |"
    return "\n".join([head, "|---|---:|---:|---:|---|---:|---:|---:|", *(one.row for one in comparisons)])


def _each(rounds: Sequence[Round]) -> float:
    return median(one.each_ms for one in rounds)


def _cpu(rounds: Sequence[Round]) -> float:
    return median(one.cpu_ms for one in rounds)

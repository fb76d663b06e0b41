"""Whether the gateway held: memory flat, honest clients served, no bug shown to attackers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from benchmarks.hostile.honest import Observation

GROWTH: Final = 1.10
"""Of memory, from the second quarter of the attack to the last."""
SLOWDOWN: Final = 5
"""Of the honest clients' p99, from calm to attack."""
ALLOWED: Final = frozenset({"503", "504"})
"""Statuses from 500 on that an attacker may get."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen; memory in MB, one sample a second."""

    calm: Observation
    attacked: Observation
    attacks: Mapping[str, Mapping[str, int]]
    memory_before: float
    memory: Sequence[float]

    @property
    def quarters(self) -> list[float]:
        """Mean memory in each quarter of the attack."""
        size = max(1, len(self.memory) // 4)
        return [mean(self.memory[start : start + size]) for start in range(0, size * 4, size)]


def faults(outcome: Outcome) -> list[str]:
    """What did not hold, one line each."""
    quarters = outcome.quarters
    lines = []
    if quarters[-1] > GROWTH * quarters[1]:
        lines.append(f"memory grew from {quarters[1]:.0f} to {quarters[-1]:.0f} MB")
    if outcome.attacked.p99 > SLOWDOWN * outcome.calm.p99:
        ratio = outcome.attacked.p99 / outcome.calm.p99
        lines.append(f"the honest clients' p99 is {ratio:.1f} times the calm one")
    if failures := outcome.attacked.failures:
        lines.append(f"honest clients got {listed(failures)}")
    for name, statuses in outcome.attacks.items():
        bad = {key: count for key, count in statuses.items() if key.startswith("5") and key not in ALLOWED}
        if bad:
            lines.append(f"{name}: {listed(bad)}")
    return lines


def report(outcome: Outcome) -> str:
    """All figures, and the verdict."""
    lines = [f"{name:<40} {listed(statuses)}" for name, statuses in outcome.attacks.items()]
    lines.append("")
    for label, seen in (("calm", outcome.calm), ("attacked", outcome.attacked)):
        lines.append(
            f"honest clients, {label}: {len(seen.milliseconds):,} requests, "
            f"p50 {seen.p50:.1f} ms, p99 {seen.p99:.1f} ms, {listed(seen.statuses)}"
        )
    memory = ", ".join(f"{quarter:.0f}" for quarter in outcome.quarters)
    lines.append(
        f"memory: {outcome.memory_before:.0f} MB before, then by quarters {memory} MB, "
        f"at most {max(outcome.memory):.0f} MB"
    )
    return "\n".join([*lines, "", *(faults(outcome) or ["All is well."])])


def listed(counts: Mapping[str, int]) -> str:
    """`200: 1,024, 503: 2`."""
    return ", ".join(f"{status}: {count:,}" for status, count in sorted(Counter(counts).items()))

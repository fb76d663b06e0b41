"""Whether the gateway survived: what was seen, held against what is promised."""

from statistics import quantiles
from typing import Final

from benchmarks.mixed_load.clients import Clients
from benchmarks.mixed_load.memory import Memory
from benchmarks.mixed_load.outages import Outages
from tests.survival.server import Server

EXPECTED: Final = {"200", "201", "204", "503"}
RECOVERY: Final = 5.0
"""Seconds after the database is back within which the last request may be refused."""
GROWTH: Final = 1.10
"""Of memory, from the second quarter to the last."""


def verdict(load: Clients, outages: Outages, memory: Memory, server: Server) -> tuple[list[str], bool]:
    """The report's lines, and whether all is well."""
    odd = {key: count for key, count in load.answers.items() if key[1] not in EXPECTED}
    stray = [moment for moment in load.refused_at if not _is_explained(moment, outages)]
    quarters = memory.quarters
    findings = [
        *(f"{what} was answered with {status}, {count} times" for (what, status), count in odd.items()),
        *([f"{len(stray)} requests were refused while the database was there"] if stray else []),
        *(f"an acknowledged write is gone: {lost}" for lost in load.lost[:10]),
        *(f"logged as an error: {told}" for told in sorted(_errors(server))),
        *([f"memory grew to {quarters[-1]:.0f} MB"] if quarters[-1] > GROWTH * quarters[1] else []),
    ]
    return [*_figures(load, outages, quarters), "", *(findings or ["All is well."])], not findings


def _errors(server: Server) -> set[str]:
    """What the gateway itself calls an error, each kind once: there should be none, outage or not."""
    lines = [line for line in server.lines if line.get("level") == "error"]
    return {
        f"{line['event']}: {str(line.get('exception', '')).rpartition(chr(10))[2]}"[:200] for line in lines
    }


def _is_explained(moment: float, outages: Outages) -> bool:
    return any(began <= moment <= ended + RECOVERY for began, ended in outages.times)


def _figures(load: Clients, outages: Outages, quarters: list[float]) -> list[str]:
    lines = [f"{what:<14} {status:>6} {count:>9,}" for (what, status), count in sorted(load.answers.items())]
    percentiles = quantiles(load.seconds, n=100)
    lines.append(f"time to answer: p50 {percentiles[49] * 1000:.0f} ms, p99 {percentiles[98] * 1000:.0f} ms")
    for began, ended in outages.times:
        refused = [moment for moment in load.refused_at if began <= moment <= ended + RECOVERY]
        last = f"{max(refused) - ended:+.1f} s" if refused else "none"
        lines.append(
            f"outage of {ended - began:.1f} s: {len(refused):,} refused, the last {last} after its end"
        )
    lines.append("memory by quarters: " + ", ".join(f"{quarter:.0f} MB" for quarter in quarters))
    lines.append(
        f"segments checked afterwards: {len(load.possible):,}, not as acknowledged: {len(load.lost)}"
    )
    return lines

"""The figures as Markdown, one table for each query, the fastest first."""

from collections.abc import Sequence

from benchmarks.run import Figures, Outcome
from benchmarks.runners.runner import Runner
from benchmarks.workload.request import MEANINGS

HEAD = (
    "| | requests/s | of ours | p50 ms | p99 ms | CPU ms per request | of PostgreSQL | errors |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|\n"
)


def tables(outcome: Outcome, runners: Sequence[Runner]) -> str:
    """A table for each query, and one of the memory."""
    labels = {runner.name: runner.label for runner in runners}
    queries = [query for query in MEANINGS if any(one.query == query for one in outcome.figures)]
    parts = [_table(query, _of(outcome, query), labels) for query in queries]
    return "\n".join([*parts, _memory(outcome, labels)])


def _of(outcome: Outcome, query: str) -> Sequence[Figures]:
    found = [one for one in outcome.figures if one.query == query]
    return sorted(found, key=lambda one: -one.per_second)


def _table(query: str, figures: Sequence[Figures], labels: dict[str, str]) -> str:
    ours = next((one.per_second for one in figures if one.runner == "ours"), None)
    rows = "".join(
        f"| {labels[one.runner]} | {rate(one.per_second)} | {_share(one.per_second, ours)} "
        f"| {one.p50_ms:.1f} | {one.p99_ms:.1f} | {milliseconds(one.cpu_ms)} "
        f"| {milliseconds(one.database_cpu_ms)} | {one.errors} |\n"
        for one in figures
    )
    return f"**{query}: {MEANINGS[query]}**\n\n{HEAD}{rows}"


def rate(per_second: float) -> str:
    """Requests/s, with as many digits as mean something."""
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.1f}"  # noqa: PLR2004


def milliseconds(value: float) -> str:
    """A time, with three digits that mean something, or less."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _share(value: float, ours: float | None) -> str:
    return f"{value / ours:.2f}" if ours else ""


def _memory(outcome: Outcome, labels: dict[str, str]) -> str:
    rows = "".join(
        f"| {labels[name]} | {memory.now:,.0f} | {memory.peak:,.0f} |\n"
        for name, memory in outcome.memory.items()
    )
    return f"**Memory after the run**\n\n| | MB | peak MB |\n|---|---:|---:|\n{rows}"

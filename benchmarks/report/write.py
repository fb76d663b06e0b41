"""What a run leaves in `benchmarks/results`: a table, a chart, and every round as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from benchmarks.places import RESULTS
from benchmarks.report.chart import chart
from benchmarks.report.table import tables
from benchmarks.run import Outcome
from benchmarks.runners.runner import Runner


def write_results(
    outcome: Outcome, runners: Sequence[Runner], conditions: Mapping[str, Any], folder: Path = RESULTS
) -> None:
    """Replace the results that are there."""
    write_page("results", f"{tables(outcome, runners)}\n", conditions, folder)
    (folder / "chart.svg").write_text(chart(outcome, runners))
    everything = {
        "conditions": dict(conditions),
        "agreed": outcome.agreed,
        "figures": [
            {
                "runner": one.runner,
                "query": one.query,
                "requests_per_second": round(one.per_second, 1),
                "p50_ms": round(one.p50_ms, 3),
                "p99_ms": round(one.p99_ms, 3),
                "cpu_ms_per_request": round(one.cpu_ms, 4),
                "database_cpu_ms_per_request": round(one.database_cpu_ms, 4),
                "errors": one.errors,
                "rounds": [asdict(taken) for taken in one.rounds],
            }
            for one in outcome.figures
        ],
        "memory_mb": {name: asdict(memory) for name, memory in outcome.memory.items()},
    }
    (folder / "results.json").write_bytes(orjson.dumps(everything, option=orjson.OPT_INDENT_2) + b"\n")


def write_page(name: str, text: str, conditions: Mapping[str, Any], folder: Path = RESULTS) -> None:
    """Replace a page of results: a text, and the conditions of the run."""
    folder.mkdir(exist_ok=True)
    conditions_list = "".join(f"- {key.replace('_', ' ')}: {value}\n" for key, value in conditions.items())
    (folder / f"{name}.md").write_text(f"{text}**Conditions**\n\n{conditions_list}")

"""What a run writes down."""

from pathlib import Path
from xml.etree import ElementTree as ET

import orjson

from benchmarks.measure.load import Load
from benchmarks.report.chart import chart
from benchmarks.report.table import tables
from benchmarks.report.write import write_results
from benchmarks.run import Figures, Memory, Outcome, Round
from benchmarks.runners.choice import chosen

RUNNERS = chosen("ours,mercurius")


def _round(requests: int, cpu_ms: float, errors: int = 0) -> Round:
    load = Load(requests, 2.0, 1.5, 9.25, 20.0, 1_000, bad_statuses=errors, socket_errors=0, timeouts=0)
    return Round(load, cpu_ms, database_cpu_ms=cpu_ms / 2)


OUTCOME = Outcome(
    figures=[
        Figures("mercurius", "Q1", [_round(1_000, 0.4)]),
        Figures("ours", "Q1", [_round(2_000, 0.2), _round(8_000, 0.3, errors=2), _round(4_000, 0.1)]),
    ],
    memory={"ours": Memory(now=80.4, peak=91.6)},
    agreed={"Q1": "ours, mercurius"},
)


def test_the_table_has_medians_and_begins_with_the_fastest() -> None:
    assert tables(OUTCOME, RUNNERS) == (
        "**Q1: one segment, 10 fields**\n\n"
        "| | requests/s | of ours | p50 ms | p99 ms | CPU ms per request | of PostgreSQL | errors |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|\n"
        "| segment gateway | 2,000 | 1.00 | 1.5 | 9.2 | 0.200 | 0.100 | 2 |\n"
        "| Mercurius, textbook | 500 | 0.25 | 1.5 | 9.2 | 0.400 | 0.200 | 0 |\n"
        "\n"
        "**Memory after the run**\n\n| | MB | peak MB |\n|---|---:|---:|\n| segment gateway | 80 | 92 |\n"
    )


def test_the_longest_bar_of_the_chart_is_the_fastest_server() -> None:
    svg = ET.fromstring(chart(OUTCOME, RUNNERS))  # noqa: S314  (our own)
    bars = svg.findall("{http://www.w3.org/2000/svg}rect")
    assert [(bar.get("width"), bar.get("class")) for bar in bars] == [("370.0", "ours"), ("92.5", None)]
    words = [text.text for text in svg.findall("{http://www.w3.org/2000/svg}text")]
    assert words == [
        "Q1: one segment, 10 fields: requests/s · CPU of the server for each",
        "segment gateway",
        "2,000 · 0.200 ms",
        "Mercurius, textbook",
        "500 · 0.400 ms",
    ]


def test_the_json_keeps_every_round(tmp_path: Path) -> None:
    write_results(OUTCOME, RUNNERS, {"load_before": 0.5}, tmp_path)
    written = orjson.loads((tmp_path / "results.json").read_bytes())
    assert [one["requests_per_second"] for one in written["figures"]] == [500.0, 2_000.0]
    assert [taken["load"]["requests"] for taken in written["figures"][1]["rounds"]] == [2_000, 8_000, 4_000]
    assert (tmp_path / "results.md").read_text().endswith("**Conditions**\n\n- load before: 0.5\n")

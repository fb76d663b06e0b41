"""Requests/s and CPU time as an SVG: a panel for each query, a bar of requests/s for each server."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from benchmarks.report.table import milliseconds, rate
from benchmarks.run import Figures, Outcome
from benchmarks.runners.runner import Runner
from benchmarks.workload.request import MEANINGS

WIDTH: Final = 760
LABELS: Final = 250
NUMBERS: Final = 140
BAR: Final = 16
ROW: Final = 24
PANEL_HEAD: Final = 40

STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .number { font-variant-numeric: tabular-nums }
  rect { fill: #8c959f }
  rect.ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    rect { fill: #6e7681 }
    rect.ours { fill: #4493f8 }
  }
"""


def chart(outcome: Outcome, runners: Sequence[Runner]) -> str:
    """An SVG of its own, without background, so that it sits on any page."""
    labels = {runner.name: runner.label for runner in runners}
    parts: list[str] = []
    top = 0
    for query, meaning in MEANINGS.items():
        figures = sorted(
            (one for one in outcome.figures if one.query == query), key=lambda one: -one.per_second
        )
        if figures:
            parts += _panel(f"{query}: {meaning}", figures, labels, top)
            top += PANEL_HEAD + ROW * len(figures)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 10}" role="img" '
        f'aria-label="Requests per second and their CPU time, by query and server">\n<style>{STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(title: str, figures: Sequence[Figures], labels: dict[str, str], top: int) -> Iterator[str]:
    title = escape(f"{title}: requests/s · CPU of the server for each")
    yield f'<text class="title" x="0" y="{top + 26}">{title}</text>'
    scale = (WIDTH - LABELS - NUMBERS) / figures[0].per_second
    for index, one in enumerate(figures):
        y = top + PANEL_HEAD + index * ROW
        kind = ' class="ours"' if one.runner.startswith("ours") else ""
        width = max(one.per_second * scale, 1)
        yield f'<text x="0" y="{y + 13}">{escape(labels[one.runner])}</text>'
        yield f'<rect{kind} x="{LABELS}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>'
        numbers = f"{rate(one.per_second)} · {milliseconds(one.cpu_ms)} ms"
        yield f'<text class="number" x="{LABELS + width + 8:.1f}" y="{y + 13}">{numbers}</text>'

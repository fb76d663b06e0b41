"""Commands that measure one thing and write a page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from benchmarks.growth.page import growth_table
from benchmarks.growth.run import measure_growth
from benchmarks.loading.run import measure_load
from benchmarks.numbering import HEAD as NUMBERING_HEAD
from benchmarks.numbering import measure_numbering
from benchmarks.places import RESULTS, DatabaseKind
from benchmarks.report.machine import machine
from benchmarks.report.write import write_page
from benchmarks.rules_build import measure_builds
from benchmarks.rules_preview import measure_previews
from benchmarks.rules_time import measure_time
from benchmarks.rules_upkeep import measure_upkeep

Shown = TypeVar("Shown")
DATABASES: Final[Sequence[tuple[DatabaseKind, str]]] = (("postgresql", "PostgreSQL"), ("sqlite", "SQLite"))
Into = Annotated[Path, typer.Option(help="Folder for the table.")]


def load(
    *,
    rows: Annotated[int, typer.Option(min=100_000, help="Assignments in the file.")] = 1_000_000,
    into: Into = RESULTS,
) -> None:
    """`load` compared with COPY and executemany of the same rows, on both databases."""
    write_rows("load", partial(measure_load, rows=rows), into)


def growth(
    *,
    most: Annotated[int, typer.Option(min=10_000, help="Assignments of the largest shop.")] = 5_000_000,
    most_sqlite: Annotated[int, typer.Option(min=10_000, help="The same for SQLite.")] = 1_000_000,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds of each kind of question.")] = 2,
    into: Into = RESULTS,
) -> None:
    """Latency, memory, disk, load and export of ever larger shops, on both databases."""
    conditions = asyncio.run(machine())
    text = ""
    for kind, name in DATABASES:
        largest = most_sqlite if kind == "sqlite" else most
        measured = asyncio.run(shown(measure_growth(kind, largest, seconds)))
        text += f"**{name}**\n\n{growth_table(measured)}\n\n"
        write_page("growth", text, conditions, into)


def rules_preview(into: Into = RESULTS) -> None:
    """Previews of rules over 100,000 customers, on both databases."""
    write_rows("rules-preview", measure_previews, into)


def rules_time(into: Into = RESULTS) -> None:
    """How late members follow time: after a day down, and while the gateway runs, on both databases."""
    write_rows("rules-time", measure_time, into)


def numbering(into: Into = RESULTS) -> None:
    """Ways to number changes: how fast writers are, and what a concurrent reader misses."""
    conditions = asyncio.run(machine())
    rows = asyncio.run(shown(measure_numbering()))
    write_page("numbering", "\n".join([NUMBERING_HEAD, *rows, "\n"]), conditions, into)


def rules_build(
    *,
    customers: Annotated[int, typer.Option(min=1, help="Customers of the tenant.")] = 1_000_000,
    into: Into = RESULTS,
) -> None:
    """A rule that looks at dates, in a large tenant: set, built and removed, on both databases."""
    write_rows("rules-build", lambda kind: measure_builds(kind, customers), into)


def rules_upkeep(into: Into = RESULTS) -> None:
    """What 50 rules cost a customer's write, and a check of 100,000 customers, on both databases."""
    write_rows("rules-upkeep", measure_upkeep, into)


def write_rows(page: str, measure: Callable[[DatabaseKind], AsyncIterator[str]], into: Path) -> None:
    """Write the page of a measurement whose rows have a figure and its bar."""
    conditions = asyncio.run(machine())
    text = ""
    for kind, name in DATABASES:
        rows = asyncio.run(shown(measure(kind)))
        text += "\n".join([f"**{name}**\n", "| | measured | may be |", "|---|---:|---:|", *rows, "\n"])
    write_page(page, text, conditions, into)


async def shown(rows: AsyncIterator[Shown]) -> list[Shown]:
    """All rows, each shown when it is known."""
    known = []
    async for row in rows:
        typer.echo(str(row))
        known.append(row)
    return known


COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "growth": growth,
    "load": load,
    "numbering": numbering,
    "rules-build": rules_build,
    "rules-preview": rules_preview,
    "rules-time": rules_time,
    "rules-upkeep": rules_upkeep,
}

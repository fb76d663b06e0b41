"""Commands that measure one thing on both databases and write a page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from benchmarks.loading.run import measure_load
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


def rules_preview(into: Into = RESULTS) -> None:
    """Previews of rules over 100,000 customers, on both databases."""
    write_rows("rules-preview", measure_previews, into)


def rules_time(into: Into = RESULTS) -> None:
    """How late members follow time: after a day down, and while the gateway runs, on both databases."""
    write_rows("rules-time", measure_time, into)


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

"""The command line: `python -m benchmarks run`, and the others of `--help`."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from benchmarks.bounds import COMMANDS, DATABASES, Into, shown
from benchmarks.check import check as check_answers
from benchmarks.dataset.store import fill_postgres, fill_sqlite
from benchmarks.documents import many_documents
from benchmarks.explain.latency import BAR_MS, HEADING, latencies
from benchmarks.explain.run import compare_answers
from benchmarks.hostile.alone import HEAD, attack_one_by_one
from benchmarks.hostile.run import attack_while_serving
from benchmarks.hostile.verdict import faults, report
from benchmarks.measure.cores import SERVER_CORE
from benchmarks.measure.load import LoadFailed
from benchmarks.pair.comparison import Comparison, table
from benchmarks.places import RESULTS, DatabaseKind
from benchmarks.reads.run import price_of_log, price_of_rules
from benchmarks.reads.versions import compare_versions
from benchmarks.report.machine import machine
from benchmarks.report.table import tables
from benchmarks.report.write import write_page, write_results
from benchmarks.run import compare
from benchmarks.runners.choice import UnknownRunner, chosen
from benchmarks.runners.peers import PeerNotInstalled
from benchmarks.runners.runner import Runner
from benchmarks.runners.running import DidNotStart, running
from benchmarks.soak import soak as soak_gateway
from benchmarks.streams.figure import table as streams_table
from benchmarks.streams.run import measure_streams
from benchmarks.variety.run import send_variety
from benchmarks.workload.essence import WrongAnswer
from benchmarks.workload.request import MEANINGS
from benchmarks.writes.run import price_of_log as price_of_writes

cli = typer.Typer(
    name="benchmarks",
    help="How fast the gateway is, beside what one would choose instead.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FAILURES: Final = (DidNotStart, LoadFailed, PeerNotInstalled, UnknownRunner, WrongAnswer, OSError)

EVERY_QUERY: Final = ",".join(MEANINGS)
Only = Annotated[str | None, typer.Option(help="Servers, separated by commas; all where it is left out.")]
Queries = Annotated[str, typer.Option(help="Queries, separated by commas.")]
Seconds = Annotated[int, typer.Option(min=1, help="Seconds of load.")]
Rounds = Annotated[int, typer.Option(min=1, help="Rounds; the medians are reported.")]
Compare = Callable[..., Coroutine[Any, Any, Sequence[Comparison]]]


for name, command in COMMANDS.items():
    cli.command(name)(command)


class Turns(NamedTuple):
    """How long each of two gateways is sent a workload, and how often."""

    seconds: int
    rounds: int


@cli.command()
def data() -> None:
    """Fill the databases, where they are not filled yet: minutes at the first time."""
    for name, filled in (
        ("PostgreSQL", asyncio.run(fill_postgres())),
        ("SQLite", asyncio.run(fill_sqlite())),
    ):
        typer.echo(f"{name}: {'filled' if filled else 'was there already'}")


@cli.command()
def check(*, only: Only = None) -> None:
    """Compare the answers of the servers, without timing anything."""
    for query, names in asyncio.run(_check(chosen(only))).items():
        typer.echo(f"{query}: the same rows from {names}")


@cli.command()
def run(
    *,
    only: Only = None,
    queries: Queries = EVERY_QUERY,
    seconds: Seconds = 8,
    rounds: Rounds = 3,
    into: Annotated[Path, typer.Option(help="Folder for the table, the chart and the JSON.")] = RESULTS,
) -> None:
    """Measure all servers side by side, and write the results down."""
    wanted = queries.split(",")
    if unknown := set(wanted) - set(MEANINGS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: there are {EVERY_QUERY}")
    runners = chosen(only)
    conditions = asyncio.run(machine()) | {"seconds": seconds, "rounds": rounds}
    outcome = asyncio.run(compare(runners, wanted, seconds=seconds, rounds=rounds))
    write_results(outcome, runners, conditions, into)
    typer.echo(tables(outcome, runners))


@cli.command()
def soak(*, only: Only = "ours", seconds: Seconds = 60) -> None:
    """200 connections for a minute on a mix of all queries: errors, latency, memory, event loop."""
    for runner in chosen(only):
        typer.echo(asyncio.run(soak_gateway(runner, seconds)))


@cli.command()
def documents(
    *,
    only: Only = "ours",
    number: Annotated[int, typer.Option(min=10, help="How many of them.")] = 10_000,
) -> None:
    """Many different documents: what they do to memory, and to the latency of a known one."""
    for runner in chosen(only):
        typer.echo(runner.label)
        asyncio.run(shown(many_documents(runner, number)))


@cli.command()
def hostile(
    *,
    only: Only = "ours",
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 15,
    pause: Annotated[float, typer.Option(min=0, help="Mean seconds between two requests of an attack.")] = 1,
    alone: Annotated[
        float | None, typer.Option(min=0.5, help="Each attack alone, for so many seconds: what others wait.")
    ] = None,
) -> None:
    """Every known attack at once, and 20 honest clients: memory, latency, statuses."""
    has_faults = False
    for runner in chosen(only):
        if alone is not None:
            typer.echo(f"{runner.label}\n{HEAD}")
            asyncio.run(shown(attack_one_by_one(runner, alone)))
            continue
        outcome = asyncio.run(attack_while_serving(runner, 60 * minutes, pause))
        typer.echo(f"{runner.label}\n{report(outcome)}")
        has_faults = has_faults or bool(faults(outcome))
    sys.exit(1 if has_faults else 0)


@cli.command()
def variety(
    *,
    only: Only = "ours-sqlite",
    seconds: Seconds = 60,
    cache: Annotated[
        str | None, typer.Option(help="One cache, or one kind of variety; all by default.")
    ] = None,
    gateway: Annotated[
        Path | None, typer.Option(help="The segment-gateway of another installation, to compare with.")
    ] = None,
) -> None:
    """Ever new requests for each cache: what they do to memory."""
    for runner in chosen(only):
        kind: DatabaseKind = "sqlite" if "sqlite" in runner.name else "postgresql"
        typer.echo(runner.label)
        asyncio.run(shown(send_variety(runner, kind, seconds, gateway, cache)))


@cli.command()
def streams(
    *,
    idle: Annotated[int, typer.Option(min=2, help="Streams on which nothing happens.")] = 1_000,
    subscribers: Annotated[int, typer.Option(min=1, help="Sockets that are served the same.")] = 100,
    writes: Annotated[int, typer.Option(min=10, help="Writes of each measurement.")] = 200,
    into: Into = RESULTS,
) -> None:
    """Streams of changes on PostgreSQL: how late they are, what idle ones cost, how fast many are served."""
    conditions = asyncio.run(machine())
    figures = asyncio.run(shown(measure_streams(idle, subscribers, writes)))
    write_page("streams", f"{streams_table(figures)}\n\n", conditions, into)
    sys.exit(0 if all(figure.holds for figure in figures) else 1)


@cli.command()
def writes(
    *,
    seconds: Seconds = 2,
    rounds: Rounds = 5,
    into: Into = RESULTS,
) -> None:
    """What the change log costs: the same writes with it and without it, on both databases."""
    _write_comparisons("writes", price_of_writes, "log", Turns(seconds, rounds), into)


@cli.command("log-reads")
def log_reads(
    *,
    seconds: Seconds = 1,
    rounds: Rounds = 30,
    into: Into = RESULTS,
) -> None:
    """What the change log costs: the same reads with it and without it, on both databases."""
    _write_comparisons("log-reads", price_of_log, "log", Turns(seconds, rounds), into)


@cli.command("rules-reads")
def rules_reads(
    *,
    seconds: Seconds = 1,
    rounds: Rounds = 30,
    into: Into = RESULTS,
) -> None:
    """What 50 rules cost: the same reads with them and without them, on both databases."""
    _write_comparisons("rules-reads", price_of_rules, "rules", Turns(seconds, rounds), into)


@cli.command()
def versions(
    gateway: Annotated[Path, typer.Argument(help="The segment-gateway of another installation.")],
    database: Annotated[str, typer.Argument(help="Its database, which its `benchmarks data` has filled.")],
    *,
    queries: Queries = EVERY_QUERY,
    seconds: Seconds = 1,
    rounds: Rounds = 15,
    into: Into = RESULTS,
) -> None:
    """Another version of the gateway and this one: the same reads, on PostgreSQL."""
    turns = Turns(seconds, rounds)
    conditions = asyncio.run(machine()) | turns._asdict()
    compared = asyncio.run(compare_versions(gateway, database, queries.split(","), **turns._asdict()))
    text = table(compared, "this version")
    typer.echo(text)
    write_page("versions", text + "\n\n", conditions, into)
    sys.exit(1 if any(one.is_too_slow for one in compared) else 0)


@cli.command()
def explain(
    *,
    triples: Annotated[int, typer.Option(min=0, help="Random questions to compare answers of.")] = 1_000_000,
    minutes: Annotated[float, typer.Option(min=0.1, help="Most minutes of that for a database.")] = 15,
    questions: Annotated[int, typer.Option(min=0, help="Questions that are timed.")] = 2_000,
    into: Into = RESULTS,
) -> None:
    """Answers to "why": whether they agree with the answers and with an oracle, and how long they take."""
    conditions = asyncio.run(machine())
    agreements, times, has_faults = "", "", False
    for kind, name in DATABASES:
        if triples:
            outcome = asyncio.run(compare_answers(kind, triples, minutes))
            agreements += f"**{name}**\n\n{outcome.text}\n\n"
            has_faults = has_faults or bool(outcome.differences)
            typer.echo(f"{name}: {outcome.text}")
        if questions:
            measured = asyncio.run(latencies(kind, questions))
            rows = "\n".join([HEADING, *(one.row for one in measured)])
            times += f"**{name}**\n\n{rows}\n\n"
            has_faults = has_faults or measured[0].p99 > BAR_MS
            typer.echo(f"{name}\n\n{rows}\n")
    for page, text in (("explain-agreement", agreements), ("explain-latency", times)):
        if text:
            write_page(page, text, conditions, into)
    sys.exit(1 if has_faults else 0)


def _write_comparisons(page: str, compare: Compare, what: str, turns: Turns, into: Path) -> None:
    """Write the page of a comparison, and end with 1 where a request takes longer than it may."""
    conditions = asyncio.run(machine()) | turns._asdict()
    sections, is_too_slow = "", False
    for kind, name in DATABASES:
        comparisons = asyncio.run(compare(kind, **turns._asdict()))
        is_too_slow = is_too_slow or any(one.is_too_slow for one in comparisons)
        section = f"**{name}**\n\n{table(comparisons, what)}\n\n"
        typer.echo(section)
        sections += section
    write_page(page, sections, conditions, into)
    sys.exit(1 if is_too_slow else 0)


async def _check(runners: Sequence[Runner]) -> dict[str, str]:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(running(one, core=SERVER_CORE)) for one in runners]
        return dict(await check_answers(servers))


if __name__ == "__main__":
    try:
        cli()
    except FAILURES as failure:
        sys.exit(f"benchmarks: {failure}")

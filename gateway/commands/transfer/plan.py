"""The command `load --plan`: the effects of a load.

The file is loaded into a copy of the tenant, by the same code, and the copy is compared with the tenant.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Final

import orjson
import typer

from gateway.commands.operator import operator_reader
from gateway.commands.progress import Progress, escaped
from gateway.commands.running import INTERRUPTED, run_on_pipe
from gateway.commands.transfer.load import Load, fill
from gateway.commands.transfer.loading import Loading
from gateway.commands.transfer.mirroring import Refused
from gateway.commands.transfer.source import opened_source, size_of
from gateway.commands.transfer.tally import LOADED, Tally, aligned
from gateway.server.startup import open_database, require_schema
from gateway.settings.settings import Settings, load_settings
from models.tenant_copy import opened_copy
from resolvers.transfer.difference import Difference, differences
from resolvers.transfer.kind import KINDS
from resolvers.writing.command import Effect

SHOWN: Final = 20
"""Records of each kind."""
MEMBERS_SHOWN: Final = 8
VERBS: Final = {Effect.CREATED: "create", Effect.UPDATED: "change", Effect.DELETED: "delete"}


def plan(arguments: Load, *, as_json: bool) -> None:
    """Print the changes of a load. Raises typer.Exit for rejected lines."""
    settings = load_settings()
    with opened_source(arguments.source, twice=arguments.mirror) as stream:
        asyncio.run(require_schema(settings))
        with Progress("Planning", size_of(stream)) as progress:
            printed = _Json() if as_json else _Table()
            try:
                failed = run_on_pipe(_plan(settings, arguments, stream, progress, printed))
            except KeyboardInterrupt:
                progress.say("Interrupted: the plan is not complete.")
                raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(1)


async def _plan(
    settings: Settings,
    arguments: Load,
    stream: BinaryIO,
    progress: Progress,
    printed: "_Json | _Table",
) -> bool:
    """Print the plan; return whether the load would fail."""
    database = open_database(settings)
    tally = Tally(LOADED)
    try:
        async with opened_copy(database, arguments.tenant) as copy:
            loading = Loading(
                copy.database, settings.policy, arguments.tenant, arguments.name, tally, progress
            )
            refusal = await fill(loading, arguments, stream)
            await loading.build_rules()
            progress.say(tally.summary())
            reader_of = partial(operator_reader, arguments.tenant, settings.policy)
            async for difference in differences(copy, reader_of):
                printed.add(difference)
    finally:
        await database.close()
    printed.end()
    _say_end(progress, refusal)
    return bool(refusal or loading.rejected)


def _say_end(progress: Progress, refusal: Refused | None) -> None:
    if refusal is not None:
        progress.say(f"The load would be refused. {refusal}")
    else:
        progress.say("This is a plan: nothing was written.")


def key_document(difference: Difference) -> dict[str, str]:
    """The key of a record, named as in data files."""
    names = (_camel_case(column) for column in difference.kind.table.key)
    return {name: value for name, value in zip(names, difference.key, strict=True) if value}


def _camel_case(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(part.capitalize() for part in rest)


class _Json:
    """Print each difference as a line of JSON."""

    def add(self, difference: Difference) -> None:
        document = {
            "kind": difference.kind.name,
            "key": key_document(difference),
            "effect": difference.effect,
            "members": difference.members,
        }
        if difference.effect is not Effect.UPDATED:
            del document["members"]
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))

    def end(self) -> None:
        sys.stdout.buffer.flush()


@dataclass(slots=True)
class _Table:
    """Print the first differences of each kind."""

    counts: defaultdict[str, Counter[Effect]] = field(default_factory=lambda: defaultdict(Counter))
    rows: list[list[str]] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        name = difference.kind.name
        self.counts[name][difference.effect] += 1
        if self.counts[name].total() <= SHOWN:
            members = ", ".join(difference.members[:MEMBERS_SHOWN])
            more = len(difference.members) - MEMBERS_SHOWN
            key = " ".join(filter(None, difference.key))
            self.rows.append(
                [VERBS[difference.effect], name, key, f"{members} and {more:,} more" if more > 0 else members]
            )

    def end(self) -> None:
        if not self.rows:
            typer.echo("Nothing would change.")
            return
        for name in self.counts:
            if (more := self.counts[name].total() - SHOWN) > 0:
                self.rows.append(["...", name, f"{more:,} more, all with --json", ""])
        places = {kind.name: place for place, kind in enumerate(KINDS)}
        self.rows.sort(key=lambda row: places[row[1]])
        for line in aligned(self.rows, left=4):
            typer.echo(escaped(line.rstrip()).replace("\n", "\\u000a"))
        totals = [[name, *(f"{self.counts[name][effect]:,}" for effect in VERBS)] for name in self.counts]
        typer.echo()
        for line in aligned([["", *VERBS.values()], *totals]):
            typer.echo(line)

"""The commands `load` and `export`: data files in and out of one tenant."""

import asyncio
import stat
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import fstat
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import typer
from sqlalchemy.exc import DBAPIError

from gateway.commands.operator import operator_reader, operator_writer
from gateway.commands.output_file import STANDARD_STREAM, opened_output
from gateway.commands.progress import Progress
from gateway.commands.read_ahead import read_ahead
from gateway.commands.running import INTERRUPTED, run_on_pipe
from gateway.commands.transfer_tally import EXPORTED, LOADED, REJECTED, Tally, rejection
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from models.connection.session import Transaction
from models.statistics import gather_statistics
from resolvers.access import Writer
from resolvers.policy import Policy
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.transfer.export import export_pages
from resolvers.transfer.line import Line, read_lines
from resolvers.transfer.load import batches, write_batch
from resolvers.transfer.pending_rules import PendingRules
from resolvers.writing.command import Outcome
from resolvers.writing.run import run as run_writer

Result = TypeVar("Result")
CHECKPOINT_PAGES: Final = 10_000
"""Pages of SQLite, 40 MB: batches write the same pages again and again."""


def load(source: str, tenant: str, *, strict: bool) -> None:
    """Load a data file. Raises typer.Exit where a line was rejected."""
    settings = load_settings()
    tally = Tally(LOADED)
    with _opened_source(source) as stream:
        asyncio.run(prepare_database(settings, migrates=False))
        with Progress("Loading", _size(stream)) as progress:
            try:
                run_on_pipe(_load(settings, tenant, stream, tally, progress, strict=strict))
            except KeyboardInterrupt:
                progress.say("Interrupted. What is counted here is kept; load the file again for the rest.")
                raise typer.Exit(INTERRUPTED) from None
            finally:
                progress.say(tally.summary())
    if tally.total(REJECTED):
        raise typer.Exit(1)


def export(target: str, tenant: str) -> None:
    """Write a data file; it appears whole or not at all."""
    settings = load_settings()
    asyncio.run(prepare_database(settings, migrates=False))
    tally = Tally(EXPORTED)
    shares_the_terminal = target == STANDARD_STREAM and sys.stdout.isatty()
    with Progress("Exporting", None, quiet=shares_the_terminal) as progress:
        try:
            with opened_output(target) as output:
                run_on_pipe(_export(settings, tenant, output, tally, progress))
        except KeyboardInterrupt:
            note = "" if target == STANDARD_STREAM else f"; {target} is as it was"
            progress.say(f"Interrupted: the export is not complete{note}.")
            raise typer.Exit(INTERRUPTED) from None
        progress.say(tally.summary())


async def _load(
    settings: Settings, tenant: str, stream: BinaryIO, tally: Tally, progress: Progress, *, strict: bool
) -> None:
    database = open_database(settings, checkpoint_pages=CHECKPOINT_PAGES)
    loading = _Loading(database, settings.policy, tenant, tally, progress)
    try:
        lines = read_lines(stream, settings.policy, strict=strict)
        async for batch, position in read_ahead(_positioned(batches(lines), stream)):
            await loading.write(batch)
            progress.advance(tally.total(), position)
        await loading.set_rules()
        await _gather_statistics(database, tally, progress)
        if settings.rules:
            await loading.build_rules()
    finally:
        await database.close()


def _positioned(items: Iterable[list[Line]], stream: BinaryIO) -> Iterator[tuple[list[Line], int | None]]:
    """Each batch with the position of the stream behind it; a pipe has none."""
    for batch in items:
        yield batch, stream.tell() if stream.seekable() else None


@dataclass(slots=True)
class _Loading:
    """The records of one data file on their way into a tenant."""

    database: Database
    policy: Policy
    tenant: str
    tally: Tally
    progress: Progress
    rules: PendingRules = field(default_factory=PendingRules)

    async def write(self, batch: list[Line]) -> None:
        """Carry out the lines of a batch, in one transaction."""
        outcomes = await self._committed(lambda writer: write_batch(writer, batch))
        self.tally.add_loaded(batch, outcomes)
        for line, outcome in zip(batch, outcomes, strict=True):
            self._say_rejection(line, outcome)
        self.rules.add(batch, outcomes)
        if self.rules.is_full:
            await self.set_rules()

    async def set_rules(self) -> None:
        """Set the rules of the lines so far, in one transaction."""
        rules, self.rules = self.rules, PendingRules()
        if not rules:
            return
        for line, outcome in await self._committed(rules.write):
            self.tally.add_rule(outcome)
            self._say_rejection(line, outcome)

    async def build_rules(self) -> None:
        """Assign customers by the rules that the file has changed."""
        keeper = RuleKeeper(self.database, self.policy, "load")
        if count := await keeper.build_all(self.tenant):
            self.progress.say(f"Applied {count:,} rule{'' if count == 1 else 's'} to all customers.")

    async def _committed(self, write: Callable[[Writer], Awaitable[Result]]) -> Result:
        async def work(transaction: Transaction) -> Result:
            return await run_writer(operator_writer(self.tenant, self.policy, transaction), write)

        return await self.database.write(work)

    def _say_rejection(self, line: Line, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.progress.say(rejection(line, outcome.error))


async def _gather_statistics(database: Database, tally: Tally, progress: Progress) -> None:
    """Let the database plan for what it holds now. The records are stored whether it can or not."""
    try:
        await gather_statistics(database, (kind.table.table for kind in tally.changed()))
    except (*DATABASE_FAILURES, DBAPIError) as failure:
        reason = str(failure).partition("\n")[0]
        progress.say(f"Statistics of the database are as old as before ({reason}): run ANALYZE.")


async def _export(
    settings: Settings, tenant: str, output: BinaryIO, tally: Tally, progress: Progress
) -> None:
    database = open_database(settings)
    try:
        async with database.read() as snapshot:
            async for page in export_pages(operator_reader(tenant, settings.policy, snapshot)):
                output.writelines(page.lines)
                tally.add_exported(page.kind.name, len(page.lines))
                progress.advance(tally.total())
    finally:
        await database.close()


@contextmanager
def _opened_source(source: str) -> Iterator[BinaryIO]:
    if source == STANDARD_STREAM:
        # It is not closed: that would wait for a thread that reads from the pipe.
        yield open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115
    else:
        with Path(source).open("rb") as stream:
            yield stream


def _size(stream: BinaryIO) -> int | None:
    """The size of a file; a pipe has none."""
    status = fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None

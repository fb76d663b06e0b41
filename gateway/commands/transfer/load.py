"""The command `load`: a data file into one tenant."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import typer
from sqlalchemy.exc import DBAPIError

from gateway.commands.idle_loop import while_idle
from gateway.commands.progress import Progress
from gateway.commands.running import INTERRUPTED, run_on_pipe
from gateway.commands.transfer.loading import Loading, placed
from gateway.commands.transfer.mirroring import Mirroring, Refused, opened_keys
from gateway.commands.transfer.output_file import STANDARD_STREAM
from gateway.commands.transfer.read_ahead import read_ahead
from gateway.commands.transfer.source import opened_source, size_of
from gateway.commands.transfer.tally import LOADED, Tally
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from models.statistics import gather_statistics
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches
from resolvers.transfer.source import Source

CHECKPOINT_PAGES: Final = 10_000
"""Pages of SQLite, 40 MB: batches write the same pages again and again."""


@dataclass(frozen=True, slots=True)
class Load:
    """The arguments of `load`."""

    source: str
    tenant: str
    strict: bool = False
    resume: bool = False
    mirror: bool = False
    most_deletes: int | None = None

    @property
    def name(self) -> str:
        """The name of the file in its stored place."""
        return self.source if self.source == STANDARD_STREAM else str(Path(self.source).resolve())


def load(arguments: Load) -> None:
    """Load a data file. Raises typer.Exit where a line was rejected."""
    settings = load_settings()
    tally = Tally(LOADED)
    with opened_source(arguments.source, twice=arguments.mirror) as stream:
        asyncio.run(prepare_database(settings, migrates=False))
        with Progress("Loading", size_of(stream)) as progress:
            try:
                rejected = run_on_pipe(_load(settings, arguments, stream, tally, progress))
            except KeyboardInterrupt:
                progress.say("Interrupted. What is counted here is kept; load the rest with --resume.")
                raise typer.Exit(INTERRUPTED) from None
            finally:
                progress.say(tally.summary())
    if rejected:
        raise typer.Exit(1)


async def _load(
    settings: Settings, arguments: Load, stream: BinaryIO, tally: Tally, progress: Progress
) -> int:
    """Load the file; return the number of rejected lines."""
    database = open_database(settings, checkpoint_pages=CHECKPOINT_PAGES)
    loading = Loading(database, settings.policy, arguments.tenant, arguments.name, tally, progress)
    try:
        if refusal := await fill(loading, arguments, stream, obeys=True):
            raise refusal
        await _gather_statistics(database, tally, progress)
        await loading.build_rules()
        await loading.finish()
    finally:
        await database.close()
    return loading.rejected


async def fill(loading: Loading, arguments: Load, stream: BinaryIO, *, obeys: bool = False) -> Refused | None:
    """Load the lines and mirror the file; return a refusal.

    With `obeys`, nothing is written then.
    """
    if not arguments.mirror:
        await _load_lines(loading, arguments, stream)
        return None
    with opened_keys() as keys:
        mirroring = Mirroring(loading, keys, arguments.most_deletes)
        await mirroring.begin(stream, strict=arguments.strict)
        refusal = mirroring.refusal()
        if refusal and obeys:
            return refusal
        await mirroring.remove_rules()
        await _load_lines(loading, arguments, stream)
        await mirroring.delete()
        if keys.links_to_lacking():  # the links went with what they led to
            await _load_again(loading, stream)
        return refusal


async def _load_lines(loading: Loading, arguments: Load, stream: BinaryIO) -> None:
    source = Source(stream)
    first = await loading.begin(source, resume=arguments.resume)
    lines = while_idle(read_lines(source, loading.policy, strict=arguments.strict, first=first))
    async for batch, place in read_ahead(placed(batches(lines), source)):
        await loading.write(batch, place)
        loading.display.advance(loading.tally.total(), place.position)
    await loading.set_rules()


async def _load_again(loading: Loading, stream: BinaryIO) -> None:
    """Load the lines with links once more."""
    stream.seek(0)
    source = Source(stream)
    lines = (line for line in read_lines(source, loading.policy) if line.kind and line.kind.has_links)
    again = Loading(
        loading.database, loading.policy, loading.tenant, loading.name, Tally(LOADED), loading.display
    )
    async for batch, _ in read_ahead(placed(batches(lines), source)):
        await again.write(batch, loading.place)


async def _gather_statistics(database: Database, tally: Tally, progress: Progress) -> None:
    """Gather statistics of the new rows; a failure is only reported."""
    try:
        await gather_statistics(database, (kind.table.table for kind in tally.changed()))
    except (*DATABASE_FAILURES, DBAPIError) as failure:
        reason = str(failure).partition("\n")[0]
        progress.say(f"Statistics of the database are as old as before ({reason}): run ANALYZE.")

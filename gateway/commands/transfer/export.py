"""The command `export`: a tenant as a data file."""

import asyncio
import sys
from typing import BinaryIO

import typer

from gateway.commands.operator import operator_reader
from gateway.commands.progress import Progress
from gateway.commands.running import INTERRUPTED, run_on_pipe
from gateway.commands.transfer.output_file import STANDARD_STREAM, opened_output
from gateway.commands.transfer.tally import EXPORTED, Tally
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from resolvers.transfer.export import export_pages


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

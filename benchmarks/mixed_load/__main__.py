"""The command: a PostgreSQL and a gateway of its own, many clients, restarts, and a verdict."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.mixed_load.clients import Clients
from benchmarks.mixed_load.memory import Memory
from benchmarks.mixed_load.outages import Outages
from benchmarks.mixed_load.verdict import verdict
from tests.survival.postgres import own_postgres
from tests.survival.server import serving


def main(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 10,
    restarts: Annotated[int, typer.Option(min=0, help="Restarts of PostgreSQL, spread over the time.")] = 2,
    clients: Annotated[int, typer.Option(min=1, help="Clients at once.")] = 50,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the gateway.")] = 2,
    down: Annotated[float, typer.Option(min=0, help="Seconds that PostgreSQL stays away.")] = 5,
) -> None:
    """Ends with 1 where anything is not as it should be, and says what."""
    with (
        TemporaryDirectory(prefix="segments-mixed-load-") as home,
        own_postgres() as postgres,
        serving(postgres.url, Path(home), workers=workers) as server,
    ):
        load = Clients(server.url, clients)
        outages = Outages(postgres, down)
        memory = Memory(server)

        async def run() -> None:
            async with asyncio.timeout(60 * minutes + 120):
                await load.wait_until_ready()
                watching = asyncio.create_task(memory.watch())
                await asyncio.gather(
                    load.run(seconds=60 * minutes), outages.run(seconds=60 * minutes, count=restarts)
                )
                watching.cancel()
                await load.check_what_is_stored()

        asyncio.run(run())
    lines, is_good = verdict(load, outages, memory, server)
    typer.echo("\n".join(lines))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    typer.run(main)

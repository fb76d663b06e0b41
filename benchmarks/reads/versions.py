"""How much longer the same reads take than with another version of the gateway."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from benchmarks.dataset.store import fill_postgres
from benchmarks.measure.cores import postgres_kept_off_the_servers_core
from benchmarks.pair.comparison import Comparison
from benchmarks.pair.turns import compare_in_turns
from benchmarks.places import POSTGRES, Postgres, gateway_url
from benchmarks.reads.run import MOST, READS, prepare, workloads
from benchmarks.runners.running_gateway import PROGRAM, running_gateway
from benchmarks.workload.reads import READS as READS_BY_KEY

MOST_BY_KEY: Final = -0.6
"""Reads by key, trees and match are to be 2.5 times as fast as before statements were kept for them."""


async def compare_versions(
    gateway: Path, database: str, queries: Sequence[str], *, seconds: int, rounds: int
) -> list[Comparison]:
    """Reads by another installation on a database of its own, and by this one on the benchmark's.

    `database` is one of the benchmark's server. The other version's own `benchmarks data` has filled it with
    the same rows, as each version has its own tables. Raises DidNotStart, WrongAnswer or LoadFailed.
    """
    await fill_postgres()
    theirs = Postgres(POSTGRES.server, database)
    compared = [
        *workloads([one for one in queries if one in READS], MOST),
        *workloads([one for one in queries if one in READS_BY_KEY], MOST_BY_KEY),
    ]
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(
            running_gateway((str(gateway),), gateway_url("postgresql", theirs))
        )
        this = await stack.enter_async_context(running_gateway(PROGRAM, gateway_url("postgresql")))
        await prepare(other, this, compared)
        await stack.enter_async_context(postgres_kept_off_the_servers_core(database, POSTGRES.database))
        return await compare_in_turns(other, this, compared, seconds=seconds, rounds=rounds)

"""How much longer the same writes take with the change log than without it."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import httpx

from benchmarks.measure.cores import postgres_kept_off_the_servers_core
from benchmarks.measure.database import empty_database
from benchmarks.measure.load import LoadFailed
from benchmarks.pair.comparison import Comparison
from benchmarks.pair.turns import compare_in_turns, measure
from benchmarks.pair.workload import Workload
from benchmarks.places import DatabaseKind
from benchmarks.runners.program import PATIENCE
from benchmarks.runners.running_gateway import PROGRAM, Gateway, running_gateway
from benchmarks.workload.call import Call
from benchmarks.writes.workload import workloads

PROGRAM_WITHOUT_LOG: Final[Sequence[str]] = (sys.executable, "-m", "benchmarks.writes.without_log")


async def price_of_log(kind: DatabaseKind, *, seconds: int, rounds: int) -> list[Comparison]:
    """Start both, check that they write, warm up, measure in turns.

    Raises DidNotStart or LoadFailed.
    """
    kinds = workloads()
    async with AsyncExitStack() as stack:
        without, with_log = [
            await stack.enter_async_context(_prepared(kind, name, program, kinds))
            for name, program in (("without", PROGRAM_WITHOUT_LOG), ("with", PROGRAM))
        ]
        return await compare_in_turns(without, with_log, kinds, seconds=seconds, rounds=rounds)


@asynccontextmanager
async def _prepared(
    kind: DatabaseKind, name: str, program: Sequence[str], kinds: Sequence[Workload]
) -> AsyncIterator[Gateway]:
    """The program on an empty database, after each request was sent."""
    database = f"segments_writes_{name}"
    async with running_gateway(program, await empty_database(kind, database)) as gateway:
        await _check(gateway, kinds)
        for workload in kinds:
            await measure(gateway, workload, 1)
        if kind == "sqlite":
            yield gateway
        else:
            async with postgres_kept_off_the_servers_core(database):
                yield gateway


async def _check(gateway: Gateway, kinds: Sequence[Workload]) -> None:
    """Send each request once. Raises LoadFailed where one is refused, in part or as a whole."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=PATIENCE) as client:
        for workload in kinds:
            for call in workload.calls:
                await _send(client, call)


async def _send(client: httpx.AsyncClient, call: Call) -> None:
    response = await client.request(
        call.method, call.path, headers=dict(call.headers), content=call.body or None
    )
    answers = response.json() if call.path.endswith("/bulk") else [{"code": response.status_code}]
    if refused := [answer for answer in answers if answer["code"] not in {200, 201, 204}]:
        raise LoadFailed(f"{call.path}: {response.status_code} {refused[0]}")

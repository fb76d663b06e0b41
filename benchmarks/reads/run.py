"""How much longer the same reads take with the change log or with rules than without them."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx
import orjson

from benchmarks.dataset.store import fill_postgres, fill_sqlite
from benchmarks.measure.cores import postgres_kept_off_the_servers_core
from benchmarks.measure.load import CONNECTIONS
from benchmarks.pair.comparison import Comparison
from benchmarks.pair.turns import compare_in_turns, measure
from benchmarks.pair.workload import Workload
from benchmarks.places import POSTGRES, DatabaseKind, gateway_url
from benchmarks.reads.rules import WITH_RULES, WITHOUT_RULES, databases_with_and_without_rules
from benchmarks.runners.gateway import bearer
from benchmarks.runners.program import PATIENCE
from benchmarks.runners.running_gateway import PROGRAM, Gateway, running_gateway
from benchmarks.workload.essence import WrongAnswer
from benchmarks.workload.request import GRAPHQL, MEANINGS, REST, calls
from benchmarks.writes.run import PROGRAM_WITHOUT_LOG

READS: Final = (*GRAPHQL, *REST)
READS_OF_MEMBERS: Final = ("Q3", "Q4")
MOST: Final = 0.05
"""How much longer a read may take, as a share."""
WARM_UP: Final = 2
"""Seconds for each read and gateway."""


async def price_of_log(kind: DatabaseKind, *, seconds: int, rounds: int) -> list[Comparison]:
    """Reads of one database by a gateway without the change log and by one with it.

    Raises DidNotStart, WrongAnswer or LoadFailed.
    """
    await _fill(kind)
    async with AsyncExitStack() as stack:
        url = gateway_url(kind)
        without = await stack.enter_async_context(running_gateway(PROGRAM_WITHOUT_LOG, url))
        with_log = await stack.enter_async_context(running_gateway(PROGRAM, url))
        reads = workloads(READS, MOST)
        await prepare(without, with_log, reads)
        if kind == "postgresql":
            await stack.enter_async_context(postgres_kept_off_the_servers_core(POSTGRES.database))
        return await compare_in_turns(without, with_log, reads, seconds=seconds, rounds=rounds)


async def price_of_rules(kind: DatabaseKind, *, seconds: int, rounds: int) -> list[Comparison]:
    """Reads of two databases with the same assignments, one without rules and one with rules.

    Raises DidNotStart, WrongAnswer or LoadFailed.
    """
    await _fill(kind)
    urls = await databases_with_and_without_rules(kind)
    async with AsyncExitStack() as stack:
        without = await stack.enter_async_context(running_gateway(PROGRAM, urls.without))
        with_rules = await stack.enter_async_context(running_gateway(PROGRAM, urls.with_rules))
        reads = workloads(READS_OF_MEMBERS, MOST)
        await prepare(without, with_rules, reads)
        if kind == "postgresql":
            await stack.enter_async_context(postgres_kept_off_the_servers_core(WITHOUT_RULES, WITH_RULES))
        return await compare_in_turns(without, with_rules, reads, seconds=seconds, rounds=rounds)


async def _fill(kind: DatabaseKind) -> None:
    await (fill_postgres() if kind == "postgresql" else fill_sqlite())


def workloads(queries: Sequence[str], most: float) -> list[Workload]:
    """The queries, each of which may take longer by the share `most`."""
    return [
        Workload(
            f"{query}: {MEANINGS[query]}",
            list(calls(query, "gateway", bearer)),
            connections=CONNECTIONS,
            most=most,
        )
        for query in queries
    ]


async def prepare(without: Gateway, with_it: Gateway, reads: Sequence[Workload]) -> None:
    """Check that both give the same answers, and warm both up. Raises WrongAnswer or LoadFailed."""
    for workload in reads:
        if await _answers(without, workload) != await _answers(with_it, workload):
            raise WrongAnswer(f"{workload.name}: the gateways give different answers")
        for gateway in (without, with_it):
            await measure(gateway, workload, WARM_UP)


async def _answers(gateway: Gateway, workload: Workload) -> list[Any]:
    """The answers to all requests, parsed, as versions differ in blanks.

    Raises WrongAnswer where one is refused.
    """
    answers = []
    async with httpx.AsyncClient(base_url=gateway.url, timeout=PATIENCE) as client:
        for call in workload.calls:
            response = await client.request(
                call.method, call.path, headers=dict(call.headers), content=call.body or None
            )
            if not response.is_success or b'"errors"' in response.content:
                raise WrongAnswer(f"{workload.name}: {response.status_code} {response.text[:500]}")
            answers.append(orjson.loads(response.content))
    return answers

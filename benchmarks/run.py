"""All servers side by side, interleaved: each gets every query in every round, in a rotated order."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.check import check
from benchmarks.measure.cores import (
    LOAD_CORE,
    SERVER_CORE,
    postgres_kept_off_the_servers_core,
    this_process_kept_off_the_servers_core,
)
from benchmarks.measure.load import Load, send_load, write_script
from benchmarks.measure.process import cpu_seconds, has_settled, memory_mb, peak_memory_mb
from benchmarks.places import POSTGRES, WORK
from benchmarks.runners.runner import Runner
from benchmarks.runners.running import Server, running
from benchmarks.workload.request import calls

WARM_UP: Final = 2
"""Seconds for each server and query: JITs compile, statements are prepared, pages are read."""


@dataclass(frozen=True, slots=True)
class Round:
    """One server under one query for a while."""

    load: Load
    cpu_ms: float
    """CPU time of the server's processes for each request."""
    database_cpu_ms: float
    """CPU time of PostgreSQL's backends for each request; none where they run on another machine."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is reported of a server and a query: medians of its rounds."""

    runner: str
    query: str
    rounds: Sequence[Round]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return median(one.load.per_second for one in self.rounds)

    @property
    def p50_ms(self) -> float:
        """Half of the answers came faster."""
        return median(one.load.p50_ms for one in self.rounds)

    @property
    def p99_ms(self) -> float:
        """Ninety-nine in a hundred came faster."""
        return median(one.load.p99_ms for one in self.rounds)

    @property
    def cpu_ms(self) -> float:
        """CPU time of the server for one request."""
        return median(one.cpu_ms for one in self.rounds)

    @property
    def database_cpu_ms(self) -> float:
        """CPU time of PostgreSQL for one request."""
        return median(one.database_cpu_ms for one in self.rounds)

    @property
    def errors(self) -> int:
        """Requests of all rounds that were not answered as they should be."""
        return sum(one.load.errors for one in self.rounds)


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a server's processes, in MB, after the last round."""

    now: float
    peak: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run."""

    figures: Sequence[Figures]
    memory: dict[str, Memory]
    agreed: dict[str, str]


async def compare(runners: Sequence[Runner], queries: Sequence[str], *, seconds: int, rounds: int) -> Outcome:
    """Start all, check that they agree, warm up, measure.

    Raises DidNotStart, WrongAnswer or LoadFailed.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(this_process_kept_off_the_servers_core())
        servers = [await stack.enter_async_context(running(runner, core=SERVER_CORE)) for runner in runners]
        agreed = dict(await check(servers))
        pairs = [(query, server) for query in queries for server in servers if query in server.runner.queries]
        for query, server in pairs:
            await _send(server, query, WARM_UP)
            await has_settled(server.pid)
        measured: dict[tuple[str, str], list[Round]] = {}
        for number in range(rounds):
            for query, server in _rotated(pairs, number * len(pairs) // rounds):
                measured.setdefault((server.runner.name, query), []).append(
                    await _round(server, query, seconds)
                )
        figures = [Figures(name, query, taken) for (name, query), taken in measured.items()]
        memory = {server.runner.name: _memory(server.pid) for server in servers}
        return Outcome(figures, memory, agreed)


async def _round(server: Server, query: str, seconds: int) -> Round:
    async with postgres_kept_off_the_servers_core(POSTGRES.database) as backends:
        before = cpu_seconds(server.pid)
        load = await _send(server, query, seconds)
        used = cpu_seconds(server.pid) - before
    await has_settled(server.pid)
    requests = max(load.requests, 1)
    return Round(load, cpu_ms=used / requests * 1000, database_cpu_ms=backends.cpu_seconds / requests * 1000)


async def _send(server: Server, query: str, seconds: int) -> Load:
    script = await asyncio.to_thread(_script, server.runner, query)
    return await send_load(server.url, script, seconds, core=LOAD_CORE)


def _script(runner: Runner, query: str) -> Path:
    file = WORK / "load" / f"{runner.name}-{query}.lua"
    write_script(list(calls(query, runner.dialect, runner.identity)), file)
    return file


def _memory(pid: int) -> Memory:
    return Memory(now=memory_mb(pid), peak=peak_memory_mb(pid))


def _rotated(pairs: list[tuple[str, Server]], by: int) -> list[tuple[str, Server]]:
    return pairs[by:] + pairs[:by]

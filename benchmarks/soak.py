"""Many clients for a while: who gets an error, how memory grows, how long one step holds the event loop."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson

from benchmarks.measure.cores import LOAD_CORE, SERVER_CORE, postgres_kept_off_the_servers_core
from benchmarks.measure.load import send_load, write_script
from benchmarks.measure.process import memory_mb
from benchmarks.places import POSTGRES, WORK
from benchmarks.runners.runner import Runner
from benchmarks.runners.running import Server, running
from benchmarks.workload.call import Call
from benchmarks.workload.request import calls

REPORT: Final = "BENCHMARK_LOOP_REPORT"
"""The environment variable of `measure.monitored`."""
CLIENTS: Final = 200
WARM_UP: Final = 5
SHARES: Final = {"Q1": 8, "Q2": 3, "Q3": 1, "Q4": 3, "R1": 8, "R2": 3}
"""How often a query comes in the mix: pages ask for one thing more often than for everything.

Others are not in it, so that its figures can be compared with earlier ones."""


async def soak(runner: Runner, seconds: int) -> str:
    """What happened to one of our own servers, in a few lines. Raises DidNotStart or LoadFailed."""
    report = WORK / f"{runner.name}-loop.json"
    report.unlink(missing_ok=True)
    async with (
        postgres_kept_off_the_servers_core(POSTGRES.database),
        running(_monitored(runner), core=SERVER_CORE, extra_environment={REPORT: str(report)}) as server,
    ):
        script = await asyncio.to_thread(_mixed_script, runner)
        await send_load(server.url, script, WARM_UP, core=LOAD_CORE, connections=CLIENTS)
        os.kill(server.pid, signal.SIGUSR1)  # what is compiled and imported at first is no news
        start = memory_mb(server.pid)
        load, middle = await asyncio.gather(
            send_load(server.url, script, seconds, core=LOAD_CORE, connections=CLIENTS),
            _memory_after(server, seconds / 2),
        )
        end = memory_mb(server.pid)
    return (
        f"{runner.label}, {CLIENTS} connections, {seconds} s: {load.requests:,} requests, "
        f"{load.per_second:,.0f}/s, {load.errors} errors "
        f"({load.bad_statuses} bad statuses, {load.socket_errors} connections, {load.timeouts} timeouts)\n"
        f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms, longest {load.max_ms:.1f} ms\n"
        f"memory {start:.0f} MB at the start, {middle:.0f} in the middle, {end:.0f} at the end\n"
        f"{_event_loop(report)}"
    )


def _monitored(runner: Runner) -> Runner:
    """The same server, started by the module that watches its event loop."""
    _, *arguments = runner.command(0)[:-1]
    start = [sys.executable, "-m", "benchmarks.measure.monitored", *arguments]
    return replace(runner, name=f"{runner.name}-soak", command=lambda port: [*start, str(port)])


async def _memory_after(server: Server, seconds: float) -> float:
    await asyncio.sleep(seconds)
    return memory_mb(server.pid)


def mixed_calls(runner: Runner, chance: random.Random) -> list[Call]:
    """Random calls of the queries that have a share, as many of each as that says."""
    mixed: list[Call] = []
    for query in runner.queries:
        if query in SHARES:
            known: Sequence[Call] = list(calls(query, runner.dialect, runner.identity))
            mixed += chance.choices(known, k=SHARES[query] * 20)
    return mixed


def _mixed_script(runner: Runner) -> Path:
    choice = random.Random("a mix")
    mixed = mixed_calls(runner, choice)
    choice.shuffle(mixed)
    file = WORK / "load" / f"{runner.name}-mix.lua"
    write_script(mixed, file)
    return file


def _event_loop(report: Path) -> str:
    steps = orjson.loads(report.read_bytes())
    return (
        f"event loop: {steps['count']:,} steps; the longest took {steps['longest_cpu'] * 1000:.1f} ms of CPU "
        f"({steps['longest'] * 1000:.1f} ms on the clock, waiting for the core included); "
        f"longer than 50 ms: {steps['long_cpu']} ({steps['long']} on the clock)"
    )

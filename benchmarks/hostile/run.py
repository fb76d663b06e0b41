"""A calm time, then an attack, on one server; honest clients are measured in both."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import orjson

from benchmarks.hostile.attack import TENANT
from benchmarks.hostile.attackers import SECRET_VARIABLE, bearer
from benchmarks.hostile.heavy import remove_heavy_rows, write_heavy_rows
from benchmarks.hostile.honest import observe
from benchmarks.hostile.verdict import Outcome
from benchmarks.measure.cores import (
    LOAD_CORE,
    SERVER_CORE,
    postgres_kept_off_the_servers_core,
    this_process_kept_off_the_servers_core,
)
from benchmarks.measure.process import memory_mb
from benchmarks.places import POSTGRES
from benchmarks.runners.runner import SECRET, Runner
from benchmarks.runners.running import Server, running

WARM_UP: Final = 10.0
CALM: Final = 60.0
"""Seconds at most; a short attack has a calm time as long as itself."""


async def attack_while_serving(runner: Runner, seconds: float, pause: float) -> Outcome:
    """What honest clients, attackers and memory saw. Raises DidNotStart."""
    async with attacked_server(runner) as server:
        await observe(server, WARM_UP)
        calm = await observe(server, min(seconds, CALM))
        before = memory_mb(server.pid)
        watch = asyncio.create_task(_watch(server))
        attacked, attacks = await asyncio.gather(observe(server, seconds), attackers(server, seconds, pause))
        watch.cancel()
        (memory,) = await asyncio.gather(watch)
    return Outcome(calm, attacked, attacks, before, memory)


@asynccontextmanager
async def attacked_server(runner: Runner) -> AsyncIterator[Server]:
    """A server with what attacks read, alone on its core. Raises DidNotStart."""
    async with (
        this_process_kept_off_the_servers_core(),
        postgres_kept_off_the_servers_core(POSTGRES.database),
        running(runner, core=SERVER_CORE) as server,
    ):
        await _write_rows(server)
        yield server
        await _remove_rows(server)


async def _watch(server: Server) -> list[float]:
    """Memory in MB, once a second until cancelled."""
    samples = []
    try:
        while True:
            samples.append(memory_mb(server.pid))
            await asyncio.sleep(1)
    except asyncio.CancelledError:
        return samples


async def attackers(
    server: Server, seconds: float, pause: float, *names: str
) -> Mapping[str, Mapping[str, int]]:
    """Answers by attack: of all attacks, or of those that are named alone, without misused connections."""
    process = await asyncio.create_subprocess_exec(
        *("taskset", "--cpu-list", str(LOAD_CORE), sys.executable, "-m", "benchmarks.hostile.attackers"),
        *(server.url, str(seconds), str(pause), *names),
        env={**os.environ, SECRET_VARIABLE: SECRET},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    answers: dict[str, Any] = orjson.loads(output)
    return answers


async def _write_rows(server: Server) -> None:
    """What attacks read."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        await write_heavy_rows(client, bearer("tenant", SECRET))


async def _remove_rows(server: Server) -> None:
    """Remove what was written for attacks, and by them."""
    path = f"/customer-segment/{TENANT}/segments/attacked?forceDelete=true"
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        await client.delete(path, headers=dict(bearer("tenant", SECRET)))
        await remove_heavy_rows(client, bearer("tenant", SECRET))

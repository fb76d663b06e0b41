"""Each attack alone: how long others wait meanwhile, and what memory and CPU it takes."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final

import httpx

from benchmarks.hostile.attackers import ATTACKS
from benchmarks.hostile.run import attacked_server, attackers
from benchmarks.hostile.verdict import listed
from benchmarks.measure.process import cpu_seconds, has_settled, memory_mb
from benchmarks.runners.runner import Runner
from benchmarks.runners.running import Server

PROBE: Final = "/healthz"
BETWEEN_PROBES: Final = 0.005
BETWEEN_MEMORY: Final = 0.2


@dataclass(slots=True)
class Alone:
    """What one attack did: milliseconds of each probe, and memory in MB before and at its highest."""

    name: str
    statuses: Mapping[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    memory_before: float = 0.0
    memory: float = 0.0
    cpu_seconds: float = 0.0

    def __str__(self) -> str:
        """A row of the table."""
        requests = sum(self.statuses.values())
        return (
            f"| {self.name} | {listed(self.statuses)} | {1_000 * self.cpu_seconds / max(1, requests):.1f} "
            f"| {quantiles(self.waits, n=100)[98]:.1f} | {max(self.waits):.1f} "
            f"| {self.memory - self.memory_before:+.0f} |"
        )


HEAD: Final = (
    "| attack | answers | CPU ms of each | others wait, ms, p99 | longest | memory, MB |\n"
    "|---|---|---:|---:|---:|---:|"
)


async def attack_one_by_one(runner: Runner, seconds: float) -> AsyncIterator[Alone]:
    """No attack for so long, then each, by one client without pauses. Raises DidNotStart."""
    async with attacked_server(runner) as server:
        await _alone(server, "", seconds)  # a first one, to warm up
        for name in ("", *(attack.name for attack in ATTACKS)):
            yield await _alone(server, name, seconds)
            await has_settled(server.pid)


async def _alone(server: Server, name: str, seconds: float) -> Alone:
    seen = Alone(name or "none", memory_before=memory_mb(server.pid))
    before = cpu_seconds(server.pid)
    watches = [asyncio.create_task(_probe(server, seen)), asyncio.create_task(_weigh(server, seen))]
    if name:
        seen.statuses = (await attackers(server, seconds, 0, name))[name]
    else:
        await asyncio.sleep(seconds)
    seen.cpu_seconds = cpu_seconds(server.pid) - before
    for watch in watches:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
    return seen


async def _probe(server: Server, seen: Alone) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        while True:
            began = time.perf_counter()
            await client.get(PROBE)
            seen.waits.append(1_000 * (time.perf_counter() - began))
            await asyncio.sleep(BETWEEN_PROBES)


async def _weigh(server: Server, seen: Alone) -> None:
    while True:
        seen.memory = max(seen.memory, memory_mb(server.pid))
        await asyncio.sleep(BETWEEN_MEMORY)

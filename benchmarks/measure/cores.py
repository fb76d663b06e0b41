"""Who runs where: the server that is measured has a core of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from benchmarks.measure.process import PROC, cpu_seconds_of
from benchmarks.places import POSTGRES

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
"""PostgreSQL and the load generator share it."""
BETWEEN_LOOKS: Final = 0.1
"""Seconds until the backends of new connections are seen."""


@dataclass(slots=True)
class Backends:
    """CPU seconds of backends of PostgreSQL on this machine, by process: before and so far."""

    before: dict[int, float] = field(default_factory=dict)
    so_far: dict[int, float] = field(default_factory=dict)

    @property
    def cpu_seconds(self) -> float:
        """What they have used meanwhile, those that have ended as well."""
        return sum(self.so_far[pid] - self.before.get(pid, 0.0) for pid in self.so_far)

    def look(self, pids: Sequence[int]) -> None:
        """Note what each has used so far."""
        for pid in pids:
            self.so_far[pid] = max(cpu_seconds_of([pid]), self.so_far.get(pid, 0.0))


@asynccontextmanager
async def postgres_kept_off_the_servers_core(
    *databases: str, server: str = POSTGRES.server
) -> AsyncIterator[Backends]:
    """Pin the backends of databases now, and those of connections that are opened meanwhile."""
    connection = await asyncpg.connect(server)
    backends = Backends()
    try:
        _move_to_the_loads_core(connection.get_server_pid())
        backends.look(await _pinned(connection, databases))
        backends.before = dict(backends.so_far)
        watch = asyncio.create_task(_pin_until_cancelled(connection, databases, backends))
        try:
            yield backends
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            backends.look(list(backends.so_far))
    finally:
        await connection.close()


@asynccontextmanager
async def this_process_kept_off_the_servers_core() -> AsyncIterator[None]:
    """For clients that run in this process."""
    before = os.sched_getaffinity(0)
    _move_to_the_loads_core(0)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _pin_until_cancelled(
    connection: asyncpg.Connection, databases: Sequence[str], backends: Backends
) -> None:
    while True:
        await asyncio.sleep(BETWEEN_LOOKS)
        backends.look(await _pinned(connection, databases))


async def _pinned(connection: asyncpg.Connection, databases: Sequence[str]) -> Sequence[int]:
    rows = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE datname = ANY($1)", databases)
    backends = [row["pid"] for row in rows if _is_postgres(row["pid"])]
    for backend in backends:
        _move_to_the_loads_core(backend)
    return backends


def _move_to_the_loads_core(pid: int) -> None:
    """Pin a process, where there is such a core and we may."""
    with suppress(OSError):
        os.sched_setaffinity(pid, {LOAD_CORE})


def _is_postgres(pid: int) -> bool:
    """Whether the id is that of a backend here, and not of another program where PostgreSQL is elsewhere."""
    try:
        return (PROC / str(pid) / "comm").read_text().strip() == "postgres"
    except OSError:
        return False

"""The measurements of streams: lateness, idle cost, and fan-out beside a bare WebSocket."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from statistics import median, quantiles
from typing import Any, Final

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from websockets.asyncio.client import connect

from benchmarks.measure.database import driver_url, empty_database
from benchmarks.measure.process import cpu_seconds, memory_mb
from benchmarks.places import POSTGRES, Postgres
from benchmarks.runners.program import PATIENCE, started
from benchmarks.runners.running import DidNotStart
from benchmarks.runners.running_gateway import PROGRAM, running_gateway
from benchmarks.streams.client import changes_of, rest_events, subscribed, write
from benchmarks.streams.figure import Figure
from benchmarks.streams.token_end import STREAMS, latest_end

DATABASE: Final = "segments_streams"
STATISTICS_PAUSE: Final = 12.0
"""Seconds after which PostgreSQL has counted what its idle connections did before."""
AT_REST: Final = 20.0
"""Seconds that are looked at while nothing happens."""
PAUSE: Final = 0.02
"""Seconds between two writes whose changes are timed."""
TURNS: Final = 3
"""How often each server sends its messages to all sockets. The medians count."""
CHANGE: Final = '"segmentId"'
"""What a message has of each of its changes."""
MANY_STREAMS: Final = {"SEGMENTS_MAX_STREAMS": "5000", "SEGMENTS_STREAMS_PER_CALLER": "5000"}


async def measure_streams(idle: int, subscribers: int, writes: int) -> AsyncIterator[Figure]:
    """Each figure when it is known. Raises DidNotStart."""
    database_url = await empty_database("postgresql", DATABASE)
    async with (
        running_gateway(PROGRAM, database_url, MANY_STREAMS) as gateway,
        httpx.AsyncClient(timeout=PATIENCE) as client,
    ):
        one, pid = gateway.url, gateway.pid
        await write(client, one, "first")
        for figure in await _lateness(client, one, one, writes, "same process", most=20):
            yield figure
        async with running_gateway(PROGRAM, database_url, MANY_STREAMS) as other:
            for figure in await _lateness(client, one, other.url, writes, "another process", most=250):
                yield figure
        ended = 1_000 * await latest_end(one)
        yield Figure(f"the last of {2 * STREAMS} streams ends after its token", ended, "ms", most=1_000)
        for figure in await _idle(one, pid, idle):
            yield figure
        for figure in await _fan_out(client, one, pid, subscribers, writes):
            yield figure


async def _lateness(
    client: httpx.AsyncClient, writing: str, reading: str, writes: int, process: str, *, most: float
) -> list[Figure]:
    """To the change at the client: from its record, which its commit follows, and from the request before."""
    since_record: list[float] = []
    since_request: list[float] = []
    async with subscribed(reading) as socket:
        for number in range(writes):
            began = time.perf_counter()
            sending = asyncio.create_task(write(client, writing, f"s{number % 50}"))
            message = await socket.recv()
            since_request.append((time.perf_counter() - began) * 1_000)
            since_record.append(time.time() * 1_000 - _recorded_at(message))
            await sending
            await asyncio.sleep(PAUSE)
    figures = []
    for since, taken, bound in (("request", since_request, None), ("record", since_record, most)):
        cuts = quantiles(taken, n=100)
        name = f"{since} of a write to its change at a client of {process}"
        figures += [
            Figure(f"{name}, p50", cuts[49], "ms"),
            Figure(f"{name}, p99", cuts[98], "ms", most=bound),
        ]
    return figures


def _recorded_at(message: str | bytes) -> float:
    """When the one change of a message was recorded, in milliseconds. Raises DidNotStart."""
    changes = changes_of(message)
    if len(changes) != 1:
        raise DidNotStart(f"{len(changes)} changes came for one write")
    return datetime.fromisoformat(changes[0]["occurredAt"]).timestamp() * 1_000


async def _idle(url: str, pid: int, count: int) -> list[Figure]:
    """Memory, CPU and transactions of streams on which nothing happens, half of them WebSockets.

    CPU and transactions are those that there are not without streams.
    """
    await asyncio.sleep(STATISTICS_PAUSE)
    cpu_without, transactions_without = await _at_rest(pid)
    before = memory_mb(pid)
    limits = httpx.Limits(max_connections=None)
    async with AsyncExitStack() as stack, httpx.AsyncClient(timeout=PATIENCE, limits=limits) as reader:
        tasks = []
        for number in range(count):
            if number % 2:
                await stack.enter_async_context(subscribed(url))
            else:
                opened = asyncio.Event()
                tasks.append(asyncio.create_task(rest_events(reader, url, opened)))
                await asyncio.wait_for(opened.wait(), PATIENCE)
        await asyncio.sleep(STATISTICS_PAUSE)
        memory = memory_mb(pid) - before
        cpu, transactions = await _at_rest(pid)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    name = f"{count:,} idle streams"
    return [
        Figure(f"{name}: memory of each", memory * 1_000 / count, "KB", most=40),
        Figure(f"{name}: transactions a second", transactions - transactions_without, "", most=10),
        Figure(f"{name}: share of a core", (cpu - cpu_without) * 100, "%", most=2),
    ]


async def _at_rest(pid: int) -> tuple[float, float]:
    """CPU seconds and transactions, each by second."""
    cpu, transactions, began = cpu_seconds(pid), await _transactions(), time.perf_counter()
    await asyncio.sleep(AT_REST)
    seconds = time.perf_counter() - began
    return (cpu_seconds(pid) - cpu) / seconds, (await _transactions() - transactions) / seconds


async def _fan_out(
    client: httpx.AsyncClient, url: str, pid: int, subscribers: int, writes: int
) -> list[Figure]:
    """CPU of the server for each message that a socket gets, writes not counted, beside the bare one.

    Both servers take turns, so that what else the machine does concerns both.
    """
    alone = await _cpu_of_writes(client, url, pid, writes)
    ours, bare, size = [], [], 0
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(subscribed(url)) for _ in range(subscribers)]
        bare_pid, bare_sockets = await stack.enter_async_context(_bare(subscribers, writes))
        for _ in range(TURNS):
            draining = asyncio.gather(*(_drained(socket, writes) for socket in sockets))
            together = await _cpu_of_writes(client, url, pid, writes)
            received = await asyncio.wait_for(draining, PATIENCE)
            size = len(received[0][0])
            ours.append((together - alone) / sum(map(len, received)))
            bare.append(await _cpu_of_bare(bare_pid, bare_sockets, writes, size))
    mine, least = median(ours), median(bare)
    name = f"a message of {size:,} bytes to each of {subscribers} sockets"
    return [
        Figure(f"{name}: CPU", mine * 1e6, "us"),
        Figure("the same by a bare WebSocket", least * 1e6, "us"),
        Figure("its rate, as a share of the bare one", 100 * least / mine, "%", least=60),
    ]


async def _drained(socket: Any, writes: int) -> list[str]:
    """The messages of so many changes: two that come close together share one."""
    messages: list[str] = []
    while writes > 0:
        message = await socket.recv()
        writes -= message.count(CHANGE)
        messages.append(message)
    return messages


async def _cpu_of_writes(client: httpx.AsyncClient, url: str, pid: int, writes: int) -> float:
    before = cpu_seconds(pid)
    for number in range(writes):
        await write(client, url, f"s{number % 50}")
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.5)
    return cpu_seconds(pid) - before


async def _cpu_of_bare(pid: int, sockets: Sequence[Any], messages: int, size: int) -> float:
    """CPU for each message of an application that does nothing else."""
    before = cpu_seconds(pid)
    await sockets[0].send(str(size))

    async def drain(socket: Any) -> None:
        for _ in range(messages):
            await socket.recv()

    await asyncio.wait_for(asyncio.gather(*map(drain, sockets)), PATIENCE)
    await asyncio.sleep(0.5)
    return (cpu_seconds(pid) - before) / (len(sockets) * messages)


@asynccontextmanager
async def _bare(subscribers: int, messages: int) -> AsyncIterator[tuple[int, Sequence[Any]]]:
    """The bare application: its process id, and sockets of it."""
    command = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.streams.bare:app", "--port", "8303"),
        *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--log-level", "error"),
    ]
    async with started(command, {"BARE_MESSAGES": str(messages)}) as pid, AsyncExitStack() as stack:
        yield pid, [await stack.enter_async_context(_connected()) for _ in range(subscribers)]


@asynccontextmanager
async def _connected() -> AsyncIterator[Any]:
    for _ in range(200):
        try:
            socket = await connect("ws://127.0.0.1:8303/", compression=None, proxy=None, ping_interval=None)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            break
    else:
        raise DidNotStart("the bare WebSocket")
    async with socket:
        yield socket


async def _transactions() -> int:
    """How many transactions the database has ended so far, this one's aside."""
    engine = create_async_engine(driver_url(Postgres(POSTGRES.server, "postgres").url))
    async with engine.connect() as connection:
        statement = text("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = :name")
        count = await connection.scalar(statement, {"name": DATABASE})
    await engine.dispose()
    return int(count or 0)

"""Whether thousands of different documents grow the memory, or slow down the one that everybody sends."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from statistics import median
from typing import Final

import httpx
import orjson

from benchmarks.measure.cores import SERVER_CORE
from benchmarks.measure.process import memory_mb
from benchmarks.runners.runner import Runner
from benchmarks.runners.running import Server, running
from benchmarks.workload.call import Call
from benchmarks.workload.documents import document
from benchmarks.workload.request import calls

PARTS: Final = 10
"""How often memory and latency are looked at on the way."""
KNOWN: Final = 200
"""Requests for the known document, each time it is looked at."""


async def many_documents(runner: Runner, different: int) -> AsyncIterator[str]:
    """Memory and latency before, during and after, a line at a time. Raises DidNotStart."""
    known = list(calls("Q1", runner.dialect, runner.identity))
    yield "different documents | memory MB | known document: median ms | slowest of ten ms"
    async with running(runner, core=SERVER_CORE) as server, httpx.AsyncClient(timeout=60) as client:
        await _latencies(server, client, known)  # a first time, not counted
        yield _row(0, server, await _latencies(server, client, known))
        for part in range(PARTS):
            done = different * (part + 1) // PARTS
            for number in range(different * part // PARTS, done):
                await server.answer(client, _different(runner, known[0], number))
            yield _row(done, server, await _latencies(server, client, known))
        await asyncio.sleep(2)
        yield _row(different, server, await _latencies(server, client, known))


def _different(runner: Runner, known: Call, number: int) -> Call:
    """Q1 with a field of another name: a document that nobody has sent before."""
    text = document(runner.dialect, "Q1").replace("status", f"state{number}: status")
    body = orjson.dumps(orjson.loads(known.body) | {"query": text})
    return Call(known.method, known.path, known.headers, body)


async def _latencies(server: Server, client: httpx.AsyncClient, known: Sequence[Call]) -> list[float]:
    taken = []
    for call in known[:KNOWN]:
        started = time.perf_counter()
        await server.answer(client, call)
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)


def _row(done: int, server: Server, latencies: Sequence[float]) -> str:
    slow = latencies[len(latencies) * 9 // 10]
    return f"{done:,} | {memory_mb(server.pid):.0f} | {median(latencies):.2f} | {slow:.2f}"

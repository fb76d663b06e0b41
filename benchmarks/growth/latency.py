"""Latencies of one client that asks one question after another."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import quantiles
from typing import Any, Final

import httpx

from benchmarks.growth.questions import DEEP, DEEP_PAGE, Ask, Questions
from benchmarks.measure.load import LoadFailed
from benchmarks.workload.call import Call

SEED: Final = 20_261_130
WARM_UP: Final = 20
PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one kind of question, in milliseconds."""

    p50: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p99:.1f}"


async def latencies(url: str, questions: Questions, seconds: float) -> Mapping[str, Latency]:
    """Ask each kind of question for so many seconds. Raises LoadFailed."""
    measured: dict[str, Latency] = {}
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
        cursor = await _deep_cursor(client, questions)
        for name, ask in questions.by_name(cursor).items():
            measured[name] = await _latency(client, ask, seconds)
    return measured


async def _latency(client: httpx.AsyncClient, ask: Ask, seconds: float) -> Latency:
    choice = random.Random(SEED)
    for _ in range(WARM_UP):
        await _answer(client, ask(choice))
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < WARM_UP or time.perf_counter() < until:
        call = ask(choice)
        began = time.perf_counter()
        await _answer(client, call)
        times.append(1_000 * (time.perf_counter() - began))
    hundredths = quantiles(times, n=100)
    return Latency(hundredths[49], hundredths[98])


async def _deep_cursor(client: httpx.AsyncClient, questions: Questions) -> str | None:
    """The end of the tenth page of the largest segment, or of the last one before its end."""
    cursor: str | None = None
    for _ in range(DEEP):
        variables = {"id": questions.largest, "after": cursor}
        answer = await _answer(client, questions.graphql(DEEP_PAGE, variables))
        page = answer["data"]["segment"]["customerAssignments"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        cursor = page["endCursor"]
    return cursor


async def _answer(client: httpx.AsyncClient, call: Call) -> Any:
    response = await client.request(
        call.method, call.path, headers=dict(call.headers), content=call.body or None
    )
    answer = response.json()
    if response.is_error or (isinstance(answer, dict) and "errors" in answer):
        raise LoadFailed(f"{call.path}: {response.status_code} {response.text[:500]}")
    return answer

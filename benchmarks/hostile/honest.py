"""Honest clients with pauses between their requests, and how long they wait for answers."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final

import httpx

from benchmarks.runners.running import Server
from benchmarks.soak import mixed_calls
from benchmarks.workload.call import Call

CLIENTS: Final = 20
LONGEST_PAUSE: Final = 0.4
"""Seconds between two requests of one client."""
NO_ANSWER: Final = "no answer"


@dataclass(slots=True)
class Observation:
    """Statuses, and milliseconds until each answer."""

    statuses: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return quantiles(self.milliseconds, n=100)[49]

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return quantiles(self.milliseconds, n=100)[98]

    @property
    def failures(self) -> Counter[str]:
        """Everything but 200."""
        return Counter({status: count for status, count in self.statuses.items() if status != "200"})


async def observe(server: Server, seconds: float) -> Observation:
    """All clients at once for that long."""
    observation = Observation()
    until = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        senders = (_send(client, _calls(server, number), observation, until) for number in range(CLIENTS))
        await asyncio.gather(*senders)
    return observation


def _calls(server: Server, number: int) -> Iterator[Call]:
    """Random calls of the mix, without end."""
    chance = random.Random(number)
    mixed = mixed_calls(server.runner, chance)
    while True:
        yield chance.choice(mixed)


async def _send(
    client: httpx.AsyncClient, mixed: Iterator[Call], observation: Observation, until: float
) -> None:
    pauses = random.Random("pauses")
    while time.monotonic() < until:
        await asyncio.sleep(pauses.uniform(0, LONGEST_PAUSE))
        started = time.perf_counter()
        observation.statuses[await _status(client, next(mixed))] += 1
        observation.milliseconds.append((time.perf_counter() - started) * 1000)


async def _status(client: httpx.AsyncClient, call: Call) -> str:
    try:
        answer = await client.request(call.method, call.path, headers=dict(call.headers), content=call.body)
    except httpx.HTTPError as error:
        return f"{NO_ANSWER} ({type(error).__name__})"
    if answer.is_success and call.path == "/graphql" and (errors := answer.json().get("errors")):
        return f"{answer.status_code} {errors[0]['extensions']['code']}"
    return str(answer.status_code)

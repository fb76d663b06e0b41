"""Restarts of PostgreSQL, by turns in order and like a crash."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.survival.postgres import OwnPostgres


@dataclass
class Outages:
    """When the database went away, and when it was back."""

    postgres: OwnPostgres
    down: float
    times: list[tuple[float, float]] = field(default_factory=list)

    async def run(self, seconds: float, count: int) -> None:
        """`count` of them, spread evenly."""
        for number in range(count):
            await asyncio.sleep(seconds / (count + 1))
            began = time.monotonic()
            await asyncio.to_thread(self.postgres.stop, "immediate" if number % 2 else "fast")
            await asyncio.sleep(self.down)
            await asyncio.to_thread(self.postgres.start)
            self.times.append((began, time.monotonic()))

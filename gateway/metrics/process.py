"""Metrics of the process itself: what its connection pool and its plan cache are up to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, cast

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy.pool import QueuePool

from models.database import Database
from schema.plan.cache import Plans

SAMPLED_EVERY: Final = 5.0
"""Seconds. Only of use where several processes share their numbers: one that is asked looks at once."""


@dataclass
class Growing:
    """A count that somebody keeps anyway, passed on to Prometheus by what it has grown."""

    counter: Counter
    seen: int = 0

    def sample(self, value: int) -> None:
        self.counter.inc(max(0, value - self.seen))
        self.seen = value


class ProcessMetrics:
    """Sampled rather than counted, so that requests pay nothing for them."""

    def __init__(self, registry: CollectorRegistry, plans: Plans | None) -> None:
        self._registry = registry
        self._plans = plans
        self._database: Database | None = None
        self._open = self._gauge("pool_connections", "Database connections held open.")
        self._in_use = self._gauge("pool_in_use", "Database connections at work.")
        self._limit = self._gauge("pool_limit", "Database connections allowed.")
        self._waits = self._count("pool_waits", "Times that every connection was taken.")
        if plans is not None:
            self._documents = self._gauge("plan_cache_documents", "Documents that the plan cache holds.")
            self._hits = self._count("plan_cache_hits", "Documents that were known.")
            self._misses = self._count("plan_cache_misses", "Documents that had to be read.")

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(f"segments_{name}", says, registry=self._registry, multiprocess_mode="livesum")

    def _count(self, name: str, says: str) -> Growing:
        return Growing(Counter(f"segments_{name}", says, registry=self._registry))

    def sample(self) -> None:
        """Look now."""
        if (database := self._database) is not None:
            pool = cast("QueuePool", database.engine.pool)
            self._open.set(pool.checkedin() + pool.checkedout())
            self._in_use.set(pool.checkedout())
            self._limit.set(database.most_connections)
            self._waits.sample(database.waits)
        if (plans := self._plans) is not None:
            self._documents.set(len(plans))
            self._hits.sample(plans.hits)
            self._misses.sample(plans.misses)

    @asynccontextmanager
    async def sampling(self, database: Database) -> AsyncIterator[None]:
        """Look again and again for as long as the block lasts."""
        self._database = database
        task = asyncio.create_task(self._sample_for_ever())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _sample_for_ever(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(SAMPLED_EVERY)

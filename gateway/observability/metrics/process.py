"""Metrics of the process itself: what its connection pool and its cache of documents are up to."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.background_task import background_task
from gateway.fairness.loop_share import FairLoop
from gateway.observability.metrics.caches import CacheMetrics
from gateway.observability.metrics.growing import Growing
from gateway.observability.metrics.replica import ReplicaMetrics
from gateway.observability.metrics.requests import RequestMetrics
from gateway.observability.metrics.streams import StreamMetrics
from gateway.observability.metrics.webhooks import WebhookMetrics
from models.connection.database import Database
from models.connection.fair_share import Reason
from models.connection.read_pool import REASONS
from models.connection.standby.replica import Replica
from resolvers.rules.upkeep.unreadable import UNREADABLE
from resolvers.streams import Streams
from schema.engine.document import Documents

SAMPLED_EVERY: Final = 5.0
"""Seconds. Only of use where several processes share their numbers: one that is asked looks at once."""


class ProcessMetrics:
    """Sampled rather than counted, so that requests pay nothing for them."""

    def __init__(
        self,
        registry: CollectorRegistry,
        documents: Documents,
        requests: RequestMetrics,
        webhooks: WebhookMetrics,
        fair: FairLoop | None = None,
    ) -> None:
        self._lock = Lock()
        self._requests = requests
        self._webhooks = webhooks
        self._fair = fair
        self._registry = registry
        self._documents = documents
        self._database: Database | None = None
        self._streams: Streams | None = None
        self._replica: Replica | None = None
        self._replica_metrics = ReplicaMetrics(registry)
        self._caches = CacheMetrics(registry)
        self._unreadable = self._count("unreadable_rules", "Rules paused because they could not be read.")
        self._stream_metrics = StreamMetrics(registry)
        self._open = self._gauge("pool_connections", "Database connections held open.")
        self._in_use = self._gauge("pool_in_use", "Database connections at work.")
        self._limit = self._gauge("pool_limit", "Database connections allowed.")
        self._waits, self._refusals = (
            self._count_by_reason(f"pool_{name}", f"{description}; share: all that one caller may hold were.")
            for name, description in (
                ("waits", "Waits for a database connection; taken: all were taken"),
                ("refusals", "Reads and writes that waited for too long; taken: all connections were taken"),
            )
        )
        self._heavy = self._gauge("loop_heavy_callers", "Callers who use more than their share of the time.")
        self._loop_waits = self._count(
            "loop_waits", "Requests that waited for other requests of their caller."
        )
        self._loop_refusals = self._count("loop_refusals", "Requests that did so for too long, or too many.")
        self._kept = self._gauge("documents_kept", "GraphQL documents that are known, with their plans.")
        self._hits = self._count("documents_hits", "Requests with a document that was known.")
        self._misses = self._count("documents_misses", "Requests with a document that had to be read.")

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(f"segments_{name}", says, registry=self._registry, multiprocess_mode="livesum")

    def _count(self, name: str, says: str) -> Growing:
        return Growing(Counter(f"segments_{name}", says, registry=self._registry))

    def _count_by_reason(self, name: str, says: str) -> Mapping[Reason, Growing]:
        counter = Counter(f"segments_{name}", says, ["reason"], registry=self._registry)
        return {reason: Growing(counter.labels(reason)) for reason in REASONS}

    def sample(self) -> None:
        """Look now. The thread that answers for the metrics may do so at the same time."""
        with self._lock:
            self._requests.sample()
            self._sample_parts()

    def _sample_parts(self) -> None:
        if (database := self._database) is not None:
            self._open.set(database.connections_open)
            self._in_use.set(database.connections_in_use)
            self._limit.set(database.most_connections)
            waits, refusals = database.waits, database.refusals
            for reason in REASONS:
                self._waits[reason].sample(waits[reason])
                self._refusals[reason].sample(refusals[reason])
        if self._replica is not None:
            self._replica_metrics.sample(self._replica)
        if self._fair is not None:
            self._heavy.set(self._fair.accounts.heavy)
            self._loop_waits.sample(self._fair.waits)
            self._loop_refusals.sample(self._fair.refusals)
        if self._streams is not None:
            self._stream_metrics.sample(self._streams)
        self._kept.set(len(self._documents))
        self._hits.sample(self._documents.hits)
        self._misses.sample(self._documents.misses)
        self._caches.sample()
        self._unreadable.sample(UNREADABLE.paused)
        self._webhooks.sample()

    def sampling(
        self, database: Database, streams: Streams, replica: Replica | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Look again and again for as long as the block lasts."""
        self._database, self._streams, self._replica = database, streams, replica
        return background_task(self._sample_for_ever())

    async def _sample_for_ever(self) -> None:
        try:
            while True:
                self.sample()
                await asyncio.sleep(SAMPLED_EVERY)
        finally:
            self.sample()  # other processes go on to show what this one has counted

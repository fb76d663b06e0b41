"""The metrics of one application, and their page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    disable_created_metrics,
)

from gateway.fairness.loop_share import FairLoop
from gateway.observability.metrics.page import MetricsPage
from gateway.observability.metrics.process import ProcessMetrics
from gateway.observability.metrics.requests import RequestMetrics
from gateway.observability.metrics.shared import forget_dead_processes, shared_folder
from gateway.observability.metrics.webhooks import WebhookMetrics
from models.connection.database import Database
from models.connection.standby.replica import Replica
from resolvers.streams import Streams
from schema.engine.document import Documents


class Metrics:
    """The metrics of an application in their own registry.

    One process can hold several applications, as tests do.
    """

    def __init__(self, documents: Documents, fair: FairLoop | None = None) -> None:
        self._shared = shared_folder()
        disable_created_metrics()  # a time stamp beside every counter: half the page, and nobody reads it
        registry = CollectorRegistry()
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            registry.register(collector)
        self.requests = RequestMetrics(registry)
        self.webhooks = WebhookMetrics(registry)
        self._process = ProcessMetrics(registry, documents, self.requests, self.webhooks, fair)
        self.page = MetricsPage(registry, self._process, self._shared)

    @asynccontextmanager
    async def sampling(
        self, database: Database, streams: Streams, replica: Replica | None = None
    ) -> AsyncIterator[None]:
        """Sample metrics while the database is open."""
        if self._shared is not None:
            forget_dead_processes(self._shared)
        async with self._process.sampling(database, streams, replica):
            yield

"""Metrics of the caches, by name."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.observability.metrics.growing import Growing
from models.cache import BUDGET, Budget

LABELS: Final = ("cache",)


class CacheMetrics:
    """Sampled metrics of caches.

    The names of caches are a fixed few.
    """

    def __init__(self, registry: CollectorRegistry, budget: Budget = BUDGET) -> None:
        self._budget = budget
        self._bytes, self._entries = (
            Gauge(name, says, LABELS, registry=registry, multiprocess_mode="livesum")
            for name, says in (
                ("segments_cache_bytes", "Estimated bytes in a cache."),
                ("segments_cache_entries", "Entries in a cache."),
            )
        )
        self._hits, self._misses = (
            Counter(name, says, LABELS, registry=registry)
            for name, says in (
                ("segments_cache_hits", "Requests that a cache answered."),
                ("segments_cache_misses", "Requests that a cache could not answer."),
            )
        )
        self._counts: dict[str, tuple[Growing, Growing]] = {}

    def sample(self) -> None:
        """Sample the caches now."""
        for name, usage in self._budget.usage().items():
            self._bytes.labels(name).set(usage.size)
            self._entries.labels(name).set(usage.entries)
            if name not in self._counts:
                self._counts[name] = (Growing(self._hits.labels(name)), Growing(self._misses.labels(name)))
            hits, misses = self._counts[name]
            hits.sample(usage.hits)
            misses.sample(usage.misses)

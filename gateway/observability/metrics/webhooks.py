"""Metrics of deliveries to webhooks."""

from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge


class Lagging(Protocol):
    """An object with a delivery lag."""

    lag: int


class WebhookMetrics:
    """Counted deliveries, and their sampled lag."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._deliveries = Counter(
            "segments_webhook_deliveries",
            "Attempts to deliver to webhooks: received, failed (tried again), refused (4xx, tried again), "
            "dead_letter (given up), gone (410).",
            ["outcome"],
            registry=registry,
        )
        self._lag = Gauge(
            "segments_webhook_lag",
            "Changes behind the active webhook that is furthest behind.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._deliverer: Lagging | None = None

    def count(self, outcome: str) -> None:
        """Count an attempt."""
        self._deliveries.labels(outcome).inc()

    def watch(self, deliverer: Lagging) -> None:
        """Sample the lag of this deliverer from now on."""
        self._deliverer = deliverer

    def sample(self) -> None:
        """Sample the lag now."""
        if self._deliverer is not None:
            self._lag.set(self._deliverer.lag)

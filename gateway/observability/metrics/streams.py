"""Metrics of open streams, by kind."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.observability.metrics.growing import Growing
from resolvers.streams import KINDS, Streams

LABELS: Final = ("kind",)


class StreamMetrics:
    """Sampled metrics of streams.

    The lag is the largest since the last sample.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._open = Gauge(
            "segments_streams", "Streams open.", LABELS, registry=registry, multiprocess_mode="livesum"
        )
        self._lag = Gauge(
            "segments_stream_lag_seconds",
            "The largest age of a change when it was sent, since the last look.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        batches = Counter("segments_stream_batches", "Batches sent.", LABELS, registry=registry)
        self._batches = {kind: Growing(batches.labels(kind)) for kind in KINDS}

    def sample(self, streams: Streams) -> None:
        """Sample the streams now."""
        for kind in KINDS:
            self._open.labels(kind).set(streams.open[kind])
            self._batches[kind].sample(streams.batches[kind])
        self._lag.set(streams.lag)
        streams.lag = 0.0

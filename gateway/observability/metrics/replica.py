"""Metrics of the standby: which server answers reads."""

from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.observability.metrics.growing import Growing
from models.connection.standby.replica import Fallback, Replica, Server

SERVERS: Final[tuple[Server, ...]] = get_args(Server)
FALLBACKS: Final[tuple[Fallback, ...]] = get_args(Fallback)


class ReplicaMetrics:
    """Reads by server, and those that the primary answered for the standby."""

    def __init__(self, registry: CollectorRegistry) -> None:
        reads = Counter("segments_reads", "Reads of requests, by server.", ["server"], registry=registry)
        fallbacks = Counter(
            "segments_replica_fallbacks",
            "Reads that the primary answered for the standby; behind: it had not applied the cursor.",
            ["reason"],
            registry=registry,
        )
        self._reads = {server: Growing(reads.labels(server)) for server in SERVERS}
        self._fallbacks = {reason: Growing(fallbacks.labels(reason)) for reason in FALLBACKS}
        self._is_used = Gauge(
            "segments_replica_used",
            "Processes that send reads to their standby.",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def sample(self, replica: Replica) -> None:
        """Look at the standby now."""
        self._is_used.set(replica.is_available)
        for server, reads in self._reads.items():
            reads.sample(replica.reads[server])
        for reason, fallbacks in self._fallbacks.items():
            fallbacks.sample(replica.fallbacks[reason])

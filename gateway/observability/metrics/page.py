"""The endpoint /metrics."""

from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from gateway.observability.metrics.process import ProcessMetrics
from rest_compat.wire.headers import list_value


class MetricsPage:
    """The metrics page of a process or of all.

    All processes are added up where they share a folder. No token is needed, since a scraper has none;
    whoever exposes the gateway keeps it inside.
    """

    def __init__(self, registry: CollectorRegistry, process: ProcessMetrics, shared: Path | None) -> None:
        self._registry = registry
        self._process = process
        self._shared = shared

    def answer(self, request: Request) -> Response:
        """Respond with the metrics.

        Starlette runs it in a thread, because it is not async: reading many numbers takes milliseconds.
        """
        self._process.sample()
        encode, media_type = choose_encoder(list_value(request.headers.raw, b"accept") or "")
        return Response(encode(self._everything()), headers={"content-type": media_type})

    def _everything(self) -> CollectorRegistry:
        if self._shared is None:
            return self._registry
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._shared))
        return together

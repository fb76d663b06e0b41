"""The switch of tracing by OpenTelemetry's own variables.

They mean what they mean everywhere.
"""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from gateway.command_failure import CommandFailure

if TYPE_CHECKING:
    from gateway.observability.tracing.tracing import Tracing

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def is_traced(environment: Mapping[str, str]) -> bool:
    """Whether the variables name an endpoint and enable tracing."""
    return (
        any(environment.get(name) for name in ENDPOINTS)
        and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and environment.get("OTEL_TRACES_EXPORTER", "otlp") != "none"
    )


class TelemetryMissing(CommandFailure):
    """Traces are requested without the extra that makes them."""

    exit_status = 2


def require_telemetry() -> None:
    """Raise TelemetryMissing before workers start.

    Otherwise each of them would fail with it.
    """
    if is_traced(os.environ):
        _load_otlp()


def tracing_from_environment() -> "Tracing | None":
    """Spans for an OTLP collector, or None.

    Raises TelemetryMissing.
    """
    return _load_otlp()() if is_traced(os.environ) else None


def _load_otlp() -> "Callable[[], Tracing]":
    try:
        from gateway.observability.tracing.otlp import otlp_tracing  # noqa: PLC0415  (an extra, and half a second of imports)
    except ImportError:
        asking = next(name for name in ENDPOINTS if os.environ.get(name))
        raise TelemetryMissing(
            f"{asking} asks for traces, and what sends them is not installed: "
            "install segment-gateway[telemetry], or unset it"
        ) from None
    return otlp_tracing

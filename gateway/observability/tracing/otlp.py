"""Spans over HTTP to a collector (OTLP, protobuf), in batches and in the background."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from gateway.observability.tracing.tracing import Tracing


def otlp_tracing() -> Tracing:
    """Endpoint, headers, sampler, service name and the rest come from OTEL_ variables."""
    resource = Resource({"service.name": "segment-gateway"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)

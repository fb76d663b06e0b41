"""Spans over HTTP to a collector (OTLP, protobuf).

They are sent in batches and in the background.
"""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from gateway.observability.tracing.tracing import Tracing


def otlp_tracing() -> Tracing:
    """Make tracing as the OTEL_ variables say.

    They give endpoint, headers, sampler, service name and the rest.
    """
    resource = Resource({"service.name": "segment-gateway"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)

"""Spans from HTTP to SQL, as an exporter gets them."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.observability.tracing.tracing import Tracing
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.serving import client_of

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SEGMENT = {"id": "vip", "name": {"en": "confidential"}, "siteCode": "main"}


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
async def client(
    settings: Settings, exporter: InMemorySpanExporter, secret: str, tenant: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose requests are traced, with a token of the tenant."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with client_of(create_app(settings, tracing=Tracing(provider))) as client:
        token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def tree_of(exporter: InMemorySpanExporter) -> list[tuple[int, str]]:
    """Depth and name of every span, in the order they began."""
    spans = {one.context.span_id: one for one in exporter.get_finished_spans()}

    def depth(span: ReadableSpan) -> int:
        parent = span.parent and spans.get(span.parent.span_id)
        return 1 + depth(parent) if parent else 0

    return [(depth(one), one.name) for one in sorted(spans.values(), key=lambda span: span.start_time or 0)]


async def test_a_rest_request_and_its_statements_are_one_trace(
    client: httpx.AsyncClient, exporter: InMemorySpanExporter, tenant: str
) -> None:
    answer = await client.get(
        f"/customer-segment/{tenant}/segments/vip", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"}
    )
    assert answer.status_code == 404
    assert tree_of(exporter) == [(0, "GET-customer-segment-retrieve-segment"), (1, "SELECT")]
    statement, request = exporter.get_finished_spans()
    assert request.context.trace_id == statement.context.trace_id == int(TRACE, 16)
    assert request.parent is not None
    assert request.parent.span_id == int(PARENT, 16)
    assert request.attributes == {
        "http.request.method": "GET",
        "url.path": f"/customer-segment/{tenant}/segments/vip",
        "http.response.status_code": 404,
        "segments.tenant": tenant,
    }
    assert statement.attributes is not None
    assert re.match(r"SELECT .*\sFROM segment\s", str(statement.attributes["db.query.text"]))
    assert statement.attributes["db.system.name"] in {"sqlite", "postgresql"}


@pytest.mark.parametrize("planned", [True, False])
async def test_a_graphql_operation_has_a_span_of_its_own(
    settings: Settings, exporter: InMemorySpanExporter, secret: str, tenant: str, planned: bool
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    chosen = settings.model_copy(update={"compiled_plans": planned})
    async with client_of(create_app(chosen, tracing=Tracing(provider))) as client:
        await client.post(
            "/graphql",
            json={"query": 'query find { segment(id: "vip") { id } }', "operationName": "find"},
            headers={"Authorization": f"Bearer {issue_token(secret, tenant, [Scope.READ])}"},
        )
    assert tree_of(exporter) == [(0, "POST /graphql"), (1, "query"), (2, "SELECT")]
    operation = exporter.get_finished_spans()[1]
    assert operation.attributes == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "find",
        "segments.execution": "planned" if planned else "standard",
    }


async def test_no_span_holds_what_was_written(
    client: httpx.AsyncClient, exporter: InMemorySpanExporter, tenant: str
) -> None:
    answer = await client.post(f"/customer-segment/{tenant}/segments", json=SEGMENT)
    assert answer.status_code == 201
    assert (1, "INSERT") in tree_of(exporter)
    told = [str(span.attributes) for span in exporter.get_finished_spans()]
    assert not any("confidential" in text or "vip" in text for text in told)


async def test_a_failing_statement_tells_its_kind_and_no_value(exporter: InMemorySpanExporter) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.raises(ValueError, match="hunter2"), Tracing(provider).span("SELECT"):
        raise ValueError("hunter2")
    [span] = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert (span.attributes, span.events) == ({"error.type": "ValueError"}, ())

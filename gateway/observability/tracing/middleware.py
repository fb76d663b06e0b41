"""ASGI middleware that makes a span of every request."""

from http import HTTPStatus

import structlog
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.apis import GRAPHQL_PATH, api_of
from gateway.observability.access_log import LONGEST_PATH
from gateway.observability.tracing.tracing import Tracing
from rest_compat.wire.request_state import request_state


class _HeadersGetter(Getter[Headers]):
    def get(self, carrier: Headers, key: str) -> list[str] | None:
        return carrier.getlist(key) or None

    def keys(self, carrier: Headers) -> list[str]:
        return carrier.keys()


class RequestSpan:
    """Makes a request's span, below that of `traceparent`.

    The id of the trace is in the log lines.
    """

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = request_state(scope)
        parent = self._propagator.extract(Headers(scope=scope), getter=_HeadersGetter())
        with self._tracing.span(scope["method"], context=parent, kind=SpanKind.SERVER) as span:
            span.set_attribute("http.request.method", scope["method"])
            span.set_attribute("url.path", scope["path"][:LONGEST_PATH])

            async def send_and_look(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _describe_answer(span, message["status"])
                await send(message)

            trace_id = state.trace_id = f"{span.get_span_context().trace_id:032x}"
            with structlog.contextvars.bound_contextvars(trace_id=trace_id):
                await self._app(scope, receive, send_and_look)
            _describe_request(span, scope)


def _describe_answer(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.set_status(Status(StatusCode.ERROR))


def _describe_request(span: Span, scope: Scope) -> None:
    """Add the tenant and the operation to a span.

    Spans are grouped by name, so names are few.
    """
    state = request_state(scope)
    if state.caller.tenant:
        span.set_attribute("segments.tenant", state.caller.tenant)
    if api_of(scope["path"]) == "graphql":
        span.update_name(f"{scope['method']} {GRAPHQL_PATH}")
    elif state.operation:
        span.update_name(state.operation)

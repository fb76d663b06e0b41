"""The spans of a request, its GraphQL operation and statements."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from models.connection.database import Database
from rest_compat.wire.request_state import RequestState


class Tracing:
    """Makes spans by the semantic conventions.

    No span holds a token, a body or a parameter's value.
    """

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("segment-gateway")

    async def close(self) -> None:
        """Send the remaining spans.

        The sender blocks, so it does so in a thread.
        """
        await asyncio.to_thread(self._provider.shutdown)

    @contextmanager
    def span(self, name: str, **how: Any) -> Iterator[Span]:
        """A span with only the type of an exception.

        An exception of the database quotes the values it was given.
        """
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **how
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR))
                span.set_attribute("error.type", type(error).__qualname__)
                raise

    @contextmanager
    def operation(self, state: RequestState) -> Iterator[None]:
        """The span of a GraphQL operation.

        It goes from the document to the data.
        """
        with self.span("graphql") as span:
            yield
            context = state.context
            if context is not None and context.operation_type is not None:
                span.update_name(context.operation_type)
                span.set_attribute("graphql.operation.type", context.operation_type)
            if context is not None and context.way is not None:
                span.set_attribute("segments.execution", context.way)
            if state.operation:
                span.set_attribute("graphql.operation.name", state.operation)

    def watch(self, database: Database) -> None:
        """Make a span of each later statement of the database."""
        database.watch = partial(self._statement, database.engine.dialect.name)

    @contextmanager
    def _statement(self, system: str, sql: str, _parameters: Any) -> Iterator[None]:
        command = sql.partition(" ")[0].strip().upper()
        with self.span(command, kind=SpanKind.CLIENT) as span:
            span.set_attribute("db.system.name", system)
            span.set_attribute("db.operation.name", command)
            span.set_attribute("db.query.text", sql)
            yield

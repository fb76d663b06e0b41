"""What the standard execution tells of itself, for logs and metrics."""

from collections.abc import Iterator

from strawberry.extensions import SchemaExtension


class Telling(SchemaExtension):
    """Leaves in the context what kind of operation was executed."""

    def on_execute(self) -> Iterator[None]:
        context = self.execution_context.context
        context.operation_type, context.way = self.execution_context.operation_type.value.lower(), "standard"
        yield

"""Executes operations without garbage for the collector."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Final

from graphql.type import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class ReleasedExecutor(StrawberryGraphQLCoreExecutionContext):
    """Breaks its reference cycle after building the response.

    It has variables and results, which may be megabytes. graphql-core's executor refers to its own methods,
    so all of that would stay until the garbage collector has run.
    """

    def build_response(self, data: dict[str, Any] | None) -> Any:
        """Build the response and drop the references.

        Nothing is executed after it.
        """
        response = super().build_response(data)
        self.async_helpers = HELPERS_OF_NONE
        return response


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return asyncio.gather(*values)


def _track(_values: Sequence[Any]) -> None:
    return


HELPERS_OF_NONE: Final = GraphQLResolveInfoHelpers(gather=_gather, track=_track)
"""The helpers of fields that were cancelled and end after the response."""

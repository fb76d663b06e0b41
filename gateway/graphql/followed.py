"""A running subscription as JSON responses."""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from gateway.graphql.response import encoded
from resolvers.changes.group import Delivery
from resolvers.changes.read import lag_of
from resolvers.changes.shared import SharedBatch
from resolvers.errors import GatewayError, TimedOut
from rest_compat.wire.stream_message import StreamMessage
from schema.engine.subscription import Subscription
from schema.vocabulary.context import Context

NewContext: TypeAlias = Callable[[], Context]
HAS_DATA = "+"
HAS_NONE = "-"
"""The first character of an encoded response: whether it has data."""


class Followed:
    """The responses of a subscription, one per batch.

    A batch is executed once for all subscriptions with the same operation, variables and view.
    """

    def __init__(
        self,
        subscription: Subscription,
        variables: Mapping[str, Any] | None,
        new_context: NewContext,
        *,
        largest: int,
        seconds: float,
    ) -> None:
        self._subscription = subscription
        self._new_context = new_context
        self._largest = largest
        self._seconds = seconds
        context = new_context()
        self._request_id = context.request_id or ""
        self._key = self._view(variables or {}, context)
        self.wake = subscription.source.wake
        self.close = subscription.source.close

    async def next(self, seconds: float) -> StreamMessage | None:
        """The next response; None after `seconds` or `wake`."""
        try:
            batch: SharedBatch | None = await self._subscription.source.next(seconds)
        except GatewayError as failure:
            return StreamMessage(self._encoded(_failed(failure))[1:], is_last=True)
        if batch is None:
            return None
        return await self._message(batch)

    def serve(self, take: Callable[[StreamMessage], bool]) -> None:
        """Let `next` send responses while it waits.

        It does so where other clients get the same response. `take` sends one, unless it would have to wait:
        then it returns False, and `next` returns it.
        """
        self._subscription.source.serve(Delivery(self._key, self._message, take))

    async def _message(self, batch: SharedBatch) -> StreamMessage:
        text = await batch.once(self._key, lambda: self._shown(batch))
        return StreamMessage(text[1:], lag_of(batch.batch), is_last=text.startswith(HAS_NONE))

    async def _shown(self, batch: SharedBatch) -> str:
        try:
            async with asyncio.timeout(self._seconds), self._new_context() as context:
                return self._encoded(await self._subscription.execute(batch, context))
        except TimeoutError:
            return self._encoded(_failed(TimedOut()))

    def _encoded(self, result: ExecutionResult) -> str:
        body, result_shown = encoded(result, self._request_id, self._largest)
        return (HAS_NONE if result_shown.data is None else HAS_DATA) + body.decode()

    def _view(self, variables: Mapping[str, Any], context: Context) -> Hashable:
        """The key of a response: all it depends on."""
        caller = context.caller
        view = (caller.scopes, caller.customer_id, caller.legal_entity_id)
        sent = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS, default=repr)
        return self._subscription.operation, sent, view, context.language


def _failed(failure: GatewayError) -> ExecutionResult:
    return ExecutionResult(None, [GraphQLError(failure.message, original_error=failure)])

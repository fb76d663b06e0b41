"""A subscription that has begun, as the JSON of one response after another."""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from gateway.graphql.response import encoded
from resolvers.changes.group import Delivery
from resolvers.changes.read import lag_of
from resolvers.changes.shared import SharedBatch
from resolvers.errors import GatewayError, TimedOut
from schema.engine.subscription import Subscription
from schema.vocabulary.context import Context

NewContext: TypeAlias = Callable[[], Context]
HAS_DATA = "+"
HAS_NONE = "-"
"""How the rendering of a response begins: whether it has data."""


@dataclass(frozen=True)
class Payload:
    """A response as JSON, and the age of its newest change in seconds, where there is one.

    One without data is the last: a client that went on would miss its changes.
    """

    text: str
    lag: float | None = None
    is_last: bool = False

    @cached_property
    def encoded(self) -> bytes:
        """The text, encoded once for all who are sent it."""
        return self.text.encode()


class Followed:
    """The responses of a subscription, one for each batch.

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

    async def next(self, seconds: float) -> Payload | None:
        """The next response; None where there is none in so many seconds, or after `wake`."""
        try:
            batch: SharedBatch | None = await self._subscription.source.next(seconds)
        except GatewayError as failure:
            return Payload(self._encoded(_failed(failure))[1:], is_last=True)
        if batch is None:
            return None
        return await self._payload(batch)

    def serve(self, take: Callable[[Payload], bool]) -> None:
        """Let `next` send responses by itself while it waits, where others are sent the same.

        `take` sends one, unless it would have to wait: then it returns False, and `next` returns it.
        """
        self._subscription.source.serve(Delivery(self._key, self._payload, take))

    async def _payload(self, batch: SharedBatch) -> Payload:
        text = await batch.once(self._key, lambda: self._shown(batch))
        return Payload(text[1:], lag_of(batch.batch), is_last=text.startswith(HAS_NONE))

    async def _shown(self, batch: SharedBatch) -> str:
        try:
            async with asyncio.timeout(self._seconds), self._new_context() as context:
                return self._encoded(await self._subscription.execute(batch, context))
        except TimeoutError:
            return self._encoded(_failed(TimedOut()))

    def _encoded(self, result: ExecutionResult) -> str:
        body, shown = encoded(result, self._request_id, self._largest)
        return (HAS_NONE if shown.data is None else HAS_DATA) + body.decode()

    def _view(self, variables: Mapping[str, Any], context: Context) -> Hashable:
        """What the responses depend on."""
        caller = context.caller
        who = (caller.scopes, caller.customer_id, caller.legal_entity_id)
        sent = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS, default=repr)
        return self._subscription.operation, sent, who, context.language


def _failed(failure: GatewayError) -> ExecutionResult:
    return ExecutionResult(None, [GraphQLError(failure.message, original_error=failure)])

"""One operation of a socket, from request to messages."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Final, TypeVar

import orjson
from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from gateway.fairness.accounts import Account
from gateway.fairness.loop_share import FairLoop
from gateway.graphql.followed import Followed
from gateway.graphql.operations import LONGEST_NAME, Operations, is_subscription
from gateway.graphql.request import GraphQLRequest
from gateway.graphql.response import encoded
from gateway.http.apis import GRAPHQL_PATH
from gateway.observability.observation import Finished, Recorder
from gateway.websocket.messages import around_response, complete_message, error_message, next_message
from models.connection.database import Database
from resolvers.errors import GatewayError, TimedOut, Unavailable, shortened
from resolvers.policy import Policy
from resolvers.streams import Stream, Streams
from rest_compat.wire.errors import Refused
from rest_compat.wire.request_state import RequestState
from rest_compat.wire.responses import LARGEST_ANSWER
from rest_compat.wire.send_now import SendNow
from rest_compat.wire.stream_message import StreamMessage
from schema.engine.document import Operation
from schema.vocabulary.context import Context
from schema.vocabulary.errors import codes_of

Result = TypeVar("Result")

METHOD: Final = "WEBSOCKET"
"""The method of an operation in logs."""


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket with a known caller."""

    stream: Stream
    streams: Streams
    database: Database
    accept_language: str | None
    request_id: str
    send_now: SendNow | None = None
    """The server's fast path, None where the server has none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message, and whether it is its operation's last."""

    text: str
    is_last: bool


class Answers:
    """Executes the operations of all sockets.

    As many queries and mutations run at a time as requests may. They count in their callers' shares of the
    event loop, like requests.
    """

    def __init__(
        self,
        operations: Operations,
        policy: Policy,
        fair: FairLoop,
        *,
        largest_answer: int = LARGEST_ANSWER,
        request_timeout: float = 10.0,
        most: int = 1_000,
        recorders: Sequence[Recorder] = (),
    ) -> None:
        self._operations = operations
        self._policy = policy
        self._fair = fair
        self._largest_answer = largest_answer
        self._request_timeout = request_timeout
        self._most = most
        self._running = 0
        self._recorders = recorders

    async def replies(
        self,
        id_: str,
        request: GraphQLRequest,
        socket: Socket,
        state: RequestState,
        is_wanted: Callable[[], bool],
    ) -> AsyncGenerator[Reply, None]:
        """Yield the messages of an operation.

        `state` is filled in for logs and metrics. A write is carried out although its answer is not wanted
        any more when it begins.
        """
        state.operation = shortened(request.operation_name or "", LONGEST_NAME)
        try:
            outcome = await self._charged(socket, self._operations.find(request, state.caller, _any_kind))
        except Refused as refusal:
            outcome = PreExecutionError(None, [GraphQLError(str(refusal))])
        if isinstance(outcome, PreExecutionError):
            yield self._refused(id_, outcome, state)
        elif outcome.node.operation is not OperationType.MUTATION and not is_wanted():
            return
        elif is_subscription(outcome):
            followed = await self._begun(outcome, request, socket, state)
            if isinstance(followed, ExecutionResult):
                yield self._refused(id_, followed, state)
                return
            if socket.send_now is not None:
                followed.serve(_sender(id_, socket.stream, socket.send_now, is_wanted))
            async with aclosing(self._followed(id_, followed, socket)) as replies:
                async for reply in replies:
                    yield reply
        else:
            for reply in await self._executed(id_, outcome, request, socket, state):
                yield reply

    async def _executed(
        self, id_: str, operation: Operation, request: GraphQLRequest, socket: Socket, state: RequestState
    ) -> Sequence[Reply]:
        """Execute a query or mutation; return its messages."""
        context = state.context = self._context(socket)
        context.operation_type = operation.type

        async def replies() -> Sequence[Reply]:
            result = await self._result(operation, request, context, state)
            if isinstance(result, PreExecutionError):
                return [self._refused(id_, result, state)]
            text = next_message(id_, self._encoded(result, state))
            return [Reply(text, is_last=False), Reply(complete_message(id_), is_last=True)]

        try:
            return await self._fair.run(replies, self._account(socket), lambda: request.size)
        except Refused:
            return [self._refused(id_, _failed(Unavailable()), state)]

    async def _result(
        self, operation: Operation, request: GraphQLRequest, context: Context, state: RequestState
    ) -> ExecutionResult:
        if self._running >= self._most:
            return _failed(Unavailable())
        began = time.perf_counter()
        self._running += 1
        try:
            async with asyncio.timeout(self._request_timeout), context:
                result = await self._operations.run(operation, request, context)
        except TimeoutError:
            result = _failed(TimedOut())
        finally:
            self._running -= 1
        state.statements = context.statements
        state.codes = codes_of(result.errors)
        finished = Finished(METHOD, GRAPHQL_PATH, 200, time.perf_counter() - began, state)
        for record in self._recorders:
            record(finished)
        return result

    async def _begun(
        self, operation: Operation, request: GraphQLRequest, socket: Socket, state: RequestState
    ) -> Followed | ExecutionResult:
        """Start a subscription, or return its errors."""
        context = state.context = self._context(socket)
        subscription = await self._charged(socket, self._operations.subscribe(operation, request, context))
        if isinstance(subscription, ExecutionResult):
            return subscription
        return Followed(
            subscription,
            request.variables,
            partial(self._context, socket),
            largest=self._largest_answer,
            seconds=self._request_timeout,
        )

    async def _followed(self, id_: str, followed: Followed, socket: Socket) -> AsyncGenerator[Reply, None]:
        try:
            while True:
                payload = await followed.next(inf)  # whoever closes the socket cancels it
                if await socket.stream.has_ended():
                    return
                if payload is None:
                    continue
                yield Reply(next_message(id_, payload.text), is_last=False)
                socket.stream.sent(payload.lag)
                if payload.is_last:
                    yield Reply(complete_message(id_), is_last=True)
                    return
        finally:
            followed.close()

    async def _charged(self, socket: Socket, work: Awaitable[Result]) -> Result:
        """Do work, charged to the client of the socket."""
        return await self._fair.steps(work, self._account(socket))

    def _account(self, socket: Socket) -> Account:
        return self._fair.accounts.of(socket.stream.caller.client)

    def _context(self, socket: Socket) -> Context:
        return Context(
            database=socket.database,
            policy=self._policy,
            caller=socket.stream.caller,
            accept_language=socket.accept_language,
            request_id=socket.request_id,
            feeds=socket.streams.feeds,
        )

    def _encoded(self, result: ExecutionResult, state: RequestState) -> str:
        return encoded(result, state.request_id, self._largest_answer)[0].decode()

    def _refused(self, id_: str, result: ExecutionResult, state: RequestState) -> Reply:
        """The error message of an operation before execution."""
        errors = orjson.loads(self._encoded(result, state))["errors"]
        return Reply(error_message(id_, errors), is_last=True)


def _sender(
    id_: str, stream: Stream, sender: SendNow, is_wanted: Callable[[], bool]
) -> Callable[[StreamMessage], bool]:
    """Make a function that sends responses without waiting."""
    around = around_response(id_)

    def send(response: StreamMessage) -> bool:
        may_send = not response.is_last and is_wanted() and stream.may_send_now()
        if not (may_send and sender.send_now(response.frame(sender, around))):
            return False
        stream.sent(response.lag)
        return True

    return send


def _any_kind(_kind: OperationType) -> None:
    """Allow all kinds of operations over a socket."""


def _failed(failure: GatewayError) -> PreExecutionError:
    return PreExecutionError(None, [GraphQLError(failure.message, original_error=failure)])

"""One WebSocket: its caller and its running operations."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from gateway.graphql.request import RequestLimits, parsed_request, refuse_nul
from gateway.identity.authentication import identify
from gateway.identity.claims import ExpiredToken, InvalidToken
from gateway.identity.jwks import KeysUnavailable
from gateway.identity.tokens import TokenVerifier
from gateway.websocket.messages import (
    ACKNOWLEDGED,
    FORBIDDEN,
    INITIALISATION_TIMED_OUT,
    PONG,
    SUBSCRIBER_EXISTS,
    TOO_MANY_INITIALISATIONS,
    TRY_AGAIN_LATER,
    UNAUTHORIZED,
    Close,
    Message,
    error_message,
    malformed,
    message_of,
)
from gateway.websocket.operation import Answers, Socket
from resolvers.background import LARGE
from resolvers.caller import Caller
from resolvers.errors import TooManyStreams
from resolvers.streams import CLIENT_LEFT, SERVER_LEAVES, TOKEN_ENDED, nobody
from resolvers.values.json_text import InvalidJson, received_json
from rest_compat.wire.errors import Refused
from rest_compat.wire.headers import list_value
from rest_compat.wire.request_state import RequestState, database_of, request_state, streams_of
from rest_compat.wire.send_now import SEND_NOW

INITIALISATION_TIME: Final = 10.0
"""Seconds until a client has to send `connection_init`."""
SECONDS_BETWEEN_LOOKS: Final = 3_600.0
"""A token may be good for longer than a timer can count."""
SERVICE_RESTART: Final = 1012

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """Shared values of all sockets of a gateway."""

    answers: Answers
    verifier: TokenVerifier
    limits: RequestLimits
    most_operations: int
    initialisation_time: float = INITIALISATION_TIME


@dataclass(eq=False, slots=True)
class _Operation:
    """A running operation.

    A silent one sends nothing more: its client wants no answer.
    """

    state: RequestState
    task: "asyncio.Task[None] | None" = None
    is_silent: bool = False

    def drop(self) -> None:
        """Stop sending, and cancel anything but a mutation.

        A write is finished, since its client cannot know whether it was done.
        """
        self.is_silent = True
        context = self.state.context
        if self.task is not None and context is not None and context.operation_type != "mutation":
            self.task.cancel()

    def is_wanted(self) -> bool:
        """Whether the client waits for responses."""
        return not self.is_silent


class Connection:
    """Reads messages until the socket closes.

    It closes the socket where the protocol says so.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, rules: Rules) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._rules = rules
        self._socket: Socket | None = None
        self._has_begun = False
        self._operations: dict[str, _Operation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._close_code: int | None = None

    async def run(self) -> None:
        """Read messages until the socket closes.

        Return when nothing of it is running any more.
        """
        loop = asyncio.get_running_loop()
        late = Close(INITIALISATION_TIMED_OUT, "Connection initialisation timeout")
        self._timer = loop.call_later(self._rules.initialisation_time, self._close_soon, late)
        try:
            while (text := await self._text()) is not None:
                await self._take(await self._message(text))
        except Close as close:
            await self._close(close)
        finally:
            await self._end()

    async def _text(self) -> str | None:
        """The next message; None after the close. Raises Close."""
        message: AsgiMessage = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._close_code = self._close_code or message.get("code")
            return None
        text: str | None = message.get("text")
        if text is None:
            raise malformed("it is not text")
        return text

    async def _message(self, text: str) -> Message:
        try:
            value = await received_json(text.encode(), self._rules.limits.json)
        except InvalidJson as error:
            raise malformed(str(error)) from None
        return message_of(value, text)

    async def _take(self, message: Message) -> None:
        match message.kind:
            case "connection_init":
                await self._begin(message)
            case "ping":
                await self._send_text(PONG)
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                if (operation := self._operations.pop(message.id, None)) is not None:
                    operation.drop()
            case "pong":
                pass

    async def _begin(self, message: Message) -> None:
        if self._has_begun:
            raise Close(TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
        self._has_begun = True
        caller = await self._caller(message)
        streams, state = streams_of(self._scope), request_state(self._scope)
        try:
            stream = streams.opened("websocket", caller, state.verify)
        except TooManyStreams as failure:
            raise Close(TRY_AGAIN_LATER, failure.message) from None
        stream.wake = self._stream_ended
        self._socket = Socket(
            stream,
            streams,
            database_of(self._scope),
            list_value(self._scope["headers"], b"accept-language"),
            state.request_id,
            self._scope.get("extensions", {}).get(SEND_NOW),
        )
        self._await_end_of_token()
        await self._send_text(ACKNOWLEDGED)

    async def _caller(self, message: Message) -> Caller:
        """The caller, by the message's token or the request's.

        Raises Close.
        """
        state = request_state(self._scope)
        authorization = message.payload.get("Authorization", message.payload.get("authorization"))
        try:
            if authorization is not None:
                header = authorization if isinstance(authorization, str) else ""
                await identify(state, [header], self._rules.verifier)
        except ExpiredToken:
            raise Close(FORBIDDEN, "The access token has expired") from None
        except InvalidToken as error:
            log.info("token refused", reason=str(error))
            raise Close(UNAUTHORIZED, "The access token is not valid") from None
        except KeysUnavailable:
            raise Close(TRY_AGAIN_LATER, "The access token cannot be verified at the moment") from None
        if state.caller.is_anonymous:
            raise Close(UNAUTHORIZED, "A bearer token is needed")
        return state.caller

    async def _subscribe(self, message: Message) -> None:
        if self._socket is None:
            raise Close(UNAUTHORIZED, "Unauthorized")
        if message.id in self._operations:
            raise Close(SUBSCRIBER_EXISTS, f"Subscriber for {message.id} already exists")
        if len(self._tasks) >= self._rules.most_operations:
            refused = {"message": "The socket has as many operations as it may.", "extensions": TOO_MANY}
            await self._send_text(error_message(message.id, [refused]))
            return
        state = RequestState(request_id=self._socket.request_id, caller=self._socket.stream.caller)
        operation = self._operations[message.id] = _Operation(state)
        operation.task = asyncio.create_task(self._answer(message, operation, self._socket))
        self._tasks.add(operation.task)
        operation.task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Message, operation: _Operation, socket: Socket) -> None:
        """Send the messages of an operation.

        An unexpected exception closes the socket.
        """
        try:
            refuse_nul(message.text.encode(), message.payload)
            is_large = len(message.text) > LARGE
            request = parsed_request(message.payload, self._rules.limits, is_large=is_large)
            answered = self._rules.answers.replies(
                message.id, request, socket, operation.state, operation.is_wanted
            )
            async with aclosing(answered) as replies:
                async for reply in replies:
                    if operation.is_silent:
                        continue
                    if reply.is_last:
                        self._operations.pop(message.id, None)
                    await self._send_text(reply.text)
        except Refused as refusal:
            self._operations.pop(message.id, None)
            refused = {"message": str(refusal), "extensions": {"code": "BAD_REQUEST"}}
            await self._send_text(error_message(message.id, [refused]))
        except OSError:  # the client has left, which the reader of messages hears as well
            return
        except Exception:
            log.exception("operation failed")
            self._close_soon(Close(1011, "Internal error"))

    def _await_end_of_token(self) -> None:
        """Check the token at its end, and at intervals."""
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is None or self._socket.stream.reason is not None:
            self._stream_ended()
            return
        left = min(self._socket.stream.seconds_left, SECONDS_BETWEEN_LOOKS)
        self._timer = asyncio.get_running_loop().call_later(left, self._await_end_of_token)

    def _stream_ended(self) -> None:
        self._close_soon(Close(FORBIDDEN, "The access token has ended"))

    def _close_soon(self, close: Close) -> None:
        """Close the socket from another task than the reader.

        The reader then receives the end.
        """
        task = asyncio.get_running_loop().create_task(self._close(close))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, close: Close) -> None:
        if self._close_code is None:
            self._close_code = close.code
            await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})

    async def _send_text(self, text: str) -> None:
        if self._close_code is None:
            await self._send({"type": "websocket.send", "text": text})

    async def _end(self) -> None:
        """Cancel operations, and wait for writes."""
        if self._timer is not None:
            self._timer.cancel()
        for operation in self._operations.values():
            operation.drop()
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._socket is not None:
            stream = self._socket.stream
            stream.wake = nobody
            reasons = {FORBIDDEN: TOKEN_ENDED, SERVICE_RESTART: SERVER_LEAVES}
            stream.end(reasons.get(self._close_code or 0, CLIENT_LEFT))
            stream.close()


TOO_MANY: Final = {"code": TooManyStreams.code}

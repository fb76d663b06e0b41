"""Limits on requests: size, number and duration."""

import asyncio
from collections import deque
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import Final

from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from gateway.graphql import errors as graphql_errors
from gateway.http.apis import api_of
from resolvers.errors import TimedOut
from rest_compat.wire.errors import Refused, error_response, unavailable
from rest_compat.wire.request_state import RequestState, request_state

ALWAYS_ANSWERED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths for monitoring, which also work when the process is busy."""
MOST_HELD: Final = 200_000_000
"""Bytes of bodies that arrive in several parts, in all requests together."""
READING: Final = frozenset({"GET", "HEAD"})
GRACE: Final = 0.1
"""Seconds that a read goes on without its client. Most are over by then, and to cancel a statement costs its
connection."""


def refusal_of(scope: Scope, refused: Refused) -> Response:
    """A refusal in the format of the path's API."""
    if api_of(scope["path"]) == "graphql":
        return graphql_errors.error_response(refused)
    return error_response(refused)


@dataclass(frozen=True, slots=True)
class RequestSize:
    """The largest URL and headers, in bytes."""

    url: int
    headers: int

    def check(self, scope: Scope) -> None:
        """Raise Refused: 414 for a too large URL, 431 for headers."""
        url = len(scope.get("raw_path") or scope["path"]) + len(scope.get("query_string", b""))
        if url > self.url:
            message = f"The URL has {url:,} bytes; at most {self.url:,} are allowed."
            raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, message=message)
        headers = sum(map(len, chain.from_iterable(scope["headers"])))
        if headers > self.headers:
            message = f"The headers have {headers:,} bytes; at most {self.headers:,} are allowed."
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, message=message)


class RequestCount:
    """The most simultaneous requests.

    A request whose body is still on its way does not count, so that clients who send slowly keep nobody
    out; what has come of such bodies is weighed. Streams have a limit of their own (`resolvers.streams`).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.running = 0
        self.held = 0
        """Bytes of bodies that came in several parts, until their requests are over."""

    def begin(self, scope: Scope, state: RequestState, receive: Receive) -> "Counted | None":
        """Count a request; None for one that is always answered.

        Raises Refused (503) beyond the limit.
        """
        if scope["path"] in ALWAYS_ANSWERED:
            return None
        if self.running >= self._most:
            raise self._refused()
        self.running += 1
        state.stream_begins += (self._end,)
        return Counted(self, state, receive)

    def end(self, counted: "Counted") -> None:
        """Stop counting a request, and release the bytes of its body."""
        self.held -= counted.size
        if not counted.state.is_stream:
            self._end()

    def check(self) -> None:
        """Raise Refused for too many requests or bytes.

        It is called when a body has arrived.
        """
        if self.held > MOST_HELD:
            raise unavailable(f"The service receives {MOST_HELD:,} bytes already; try again.")
        if self.running > self._most:
            raise self._refused()

    def _refused(self) -> Refused:
        return unavailable(f"The service answers {self._most:,} requests already; try again.")

    def _end(self) -> None:
        self.running -= 1


@dataclass(eq=False, slots=True)
class Counted:
    """A counted request; it is not counted while its body is awaited."""

    count: RequestCount
    state: RequestState
    messages: Receive
    size: int = 0
    is_complete: bool = False

    async def receive(self) -> Message:
        """The next message. Raises Refused."""
        if self.is_complete:
            return await self.messages()
        self.count.running -= 1
        try:
            message = await self.messages()
        finally:
            self.count.running += 1
        self.is_complete = not message.get("more_body", False)
        if self.size or not self.is_complete:
            part = len(message.get("body", b""))
            self.size += part
            self.count.held += part
        if message["type"] == "http.request":
            self.count.check()
        return message


class Deadline:
    """The most seconds of a request.

    The work of a later one is cancelled, statements included. So is a read whose client has left, after
    `GRACE`: the server's protocol calls `client_left` in the request's state. A write is let finish, since
    its client cannot know how far it came. A stream may take any time: its token ends it.

    All requests may take as long, so the one that began first is the first to be over: one timer does
    for all of them, where `asyncio.timeout` sets one for each.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: deque[Running] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, scope: Scope, state: RequestState) -> "Running":
        """Count the time of a request, which runs in the current task."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a request is answered outside of any task")
        running = Running(task, task.cancelling(), loop.time() + self.seconds)
        while self._running and self._running[0].is_over:
            self._running.popleft()
        self._running.append(running)
        if self._timer is None:
            self._timer = loop.call_at(running.until, self._look)
        state.client_left = partial(running.client_left, scope)
        state.stream_begins += (running.end,)
        return running

    def refusal(self) -> Refused:
        """The refusal (504) of a request that took too long."""
        message = f"The request took longer than the {self.seconds:g} seconds it may."
        return Refused(HTTPStatus.GATEWAY_TIMEOUT, message=message, code=TimedOut.code)

    def _look(self) -> None:
        """Cancel overdue requests, and set the next timer."""
        loop = asyncio.get_running_loop()
        while self._running and (self._running[0].is_over or self._running[0].until <= loop.time()):
            self._running.popleft().give_up()
        self._timer = loop.call_at(self._running[0].until, self._look) if self._running else None


@dataclass(eq=False, slots=True)
class Running:
    """A running request; `until` is in event loop time.

    It does not refer to the scope, which refers to it and would wait for the garbage collector.
    """

    task: "asyncio.Task[object]"
    cancellations: int
    """The number of cancellations of the task before the request began."""
    until: float
    is_over: bool = False
    is_given_up: bool = False
    has_no_client: bool = False

    def client_left(self, scope: Scope) -> None:
        """Cancel the request of a client that left.

        A read has some time to finish first. A write that has begun is finished.
        """
        if not request_state(scope).has_begun:
            self._lose_client()
        elif is_read(scope):
            asyncio.get_running_loop().call_later(GRACE, self._lose_client)

    def _lose_client(self) -> None:
        if not self.is_given_up:
            self.has_no_client = True
            self.give_up()

    def end(self) -> None:
        """Exclude the request from the time limit."""
        self.is_over = True

    def give_up(self) -> None:
        if not self.is_over and not self.is_given_up:
            self.is_given_up = True
            self.task.cancel()

    def was_cancelled_by_us(self) -> bool:
        """Whether only the deadline cancelled the task.

        Then the task may go on.
        """
        return self.is_given_up and self.task.uncancel() <= self.cancellations


def is_read(scope: Scope) -> bool:
    """Whether the request is known to be a read.

    A POST may be anything until it is parsed.
    """
    if scope["method"] in READING:
        return True
    context = request_state(scope).context
    return context is not None and context.operation_type == "query"

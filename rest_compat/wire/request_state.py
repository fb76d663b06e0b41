"""The state of one request, shared by all layers.

It is one typed value, with the facts known while the request is answered.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from starlette.types import Scope

from models.connection.database import Database
from models.connection.standby.replica import Replica
from resolvers.caller import ANONYMOUS, Caller
from resolvers.policy import Policy
from resolvers.reading.route import Route
from resolvers.streams import CLIENT_LEFT, SERVER_LEAVES, Streams, Verify
from rest_compat.wire.headers import first_value

KEY: Final = "request"
"""The key of the value in ASGI's `state`. The lifespan puts `database`, `replica` and `streams` beside it."""
AFTER: Final = b"segments-after"


class OperationContext(Protocol):
    """The known facts about a GraphQL operation.

    They come from its context.
    """

    @property
    def operation_type(self) -> str | None:
        """`query` or `mutation`, once it is known."""

    @property
    def way(self) -> str | None:
        """The way of its execution, once it is known."""


@dataclass(slots=True)
class RequestState:
    """The state of one request.

    Each member is set by the layer that finds it out, and read by the layers around.
    """

    request_id: str = ""
    trace_id: str = ""
    """Empty where nothing is traced."""
    status: int | None = None
    """The status of the response; None until it begins."""
    client_left: Callable[[], None] | None = None
    """The server calls it when the connection is lost before the response is out."""
    server_leaves: Callable[[], None] | None = None
    """The server calls it when it stops before the response is out."""
    stream_begins: tuple[Callable[[], None], ...] = ()
    """Callbacks of layers for a response that turns out to be a stream: limits of requests do not bound
    it."""
    is_stream: bool = False
    has_begun: bool = True
    """Whether work may have begun; false while the request waits for its caller's other requests."""
    caller: Caller = ANONYMOUS
    verify: Verify | None = None
    operation: str | None = None
    """An operationId, or the name of a GraphQL operation."""
    statements: int | None = None
    """The number of SQL statements; None where the request did not get so far."""
    codes: AbstractSet[str] = frozenset()
    """The codes of the errors of a GraphQL response."""
    context: OperationContext | None = None
    route: Route | None = None
    """The way of the request's reads; None where it has not got so far."""
    has_written: bool = False
    cursor: str | None = None
    """The cursor behind the last write, which the response has as a header."""

    def begin_stream(self, end: Callable[[str], None]) -> None:
        """Take the response out of the limits of requests.

        `end` receives the reason for which the stream has to end.
        """
        self.is_stream = True
        for begins in self.stream_begins:
            begins()
        self.client_left = partial(end, CLIENT_LEFT)
        self.server_leaves = partial(end, SERVER_LEAVES)

    def end_stream(self) -> None:
        """Remove the callbacks of the stream."""
        self.client_left = self.server_leaves = None


def request_state(scope: Scope) -> RequestState:
    """Return the state of a request.

    The first call creates it.
    """
    try:
        states = scope["state"]
    except KeyError:  # no server has made it
        states = scope["state"] = {}
    state: RequestState | None = states.get(KEY)
    if state is None:
        state = states[KEY] = RequestState()
    return state


def streams_of(scope: Scope) -> Streams:
    """Return the shared state of the process's streams.

    The lifespan made it.
    """
    streams: Streams = scope["state"]["streams"]
    return streams


def new_route(scope: Scope, state: RequestState, policy: Policy) -> Route:
    """Return a way for the reads of a request, or of one operation of a batch.

    After a write they stay on the primary.
    """
    after = first_value(scope, AFTER).decode("latin-1") or None
    state.route = Route(
        database_of(scope), replica_of(scope), caller=state.caller, policy=policy, after=after
    )
    if state.has_written:
        state.route.stay_on_primary()
    return state.route


def database_of(scope: Scope) -> Database:
    """Return the database that the lifespan opened."""
    database: Database = scope["state"]["database"]
    return database


def replica_of(scope: Scope) -> Replica | None:
    """Return the standby that the lifespan opened, if there is one."""
    replica: Replica | None = scope["state"].get("replica")
    return replica

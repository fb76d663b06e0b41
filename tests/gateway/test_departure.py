"""Clients that go away before they are answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
import structlog
from sqlalchemy import Integer, literal_column, select, text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from gateway.http import traffic
from gateway.http.bounds import Bounds
from gateway.observability.access_log import log_request
from gateway.observability.observation import Observation
from models.connection.database import Database
from resolvers.caller import ANONYMOUS
from resolvers.policy import Policy
from rest_compat.wire.request_state import request_state
from schema.vocabulary.context import Context

ENDLESS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
    "postgresql": "generate_series(1, 1000000000000) AS n WHERE pg_sleep(0.001) IS NULL",
}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class Client:
    """Sends a request in one piece, and leaves when it is told to."""

    def __init__(self, method: str) -> None:
        self.received: list[Message] = []
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": "/work",
            "raw_path": b"/work",
            "query_string": b"",
            "headers": [],
            "state": {},
        }

    def leaves(self) -> None:
        """What the protocol does when it loses the connection."""
        if client_left := request_state(self.scope).client_left:
            client_left()

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(self, message: Message) -> None:
        self.received.append(message)


def application(endpoint: Endpoint) -> Starlette:
    return Starlette(
        routes=[Route("/work", endpoint, methods=["GET", "POST"])],
        middleware=[Middleware(Observation, recorders=[log_request]), Middleware(Bounds, seconds=60)],
    )


async def test_a_read_ends_and_gives_its_connection_back(database: Database) -> None:
    source = ENDLESS["sqlite" if database.is_sqlite else "postgresql"]
    endless = select(literal_column("count(*)", Integer).label("count")).select_from(text(source))
    client = Client("GET")

    async def never(_request: Request) -> Response:
        async with database.read() as snapshot:
            asyncio.get_running_loop().call_later(0.05, client.leaves)
            raise AssertionError(await snapshot.rows(endless))

    with structlog.testing.capture_logs() as lines:
        await application(never)(client.scope, client.receive, client.send)
    assert client.received == []
    assert [(line["event"], line["status"]) for line in lines] == [("request", 499)]
    assert database.connections_in_use == 0


async def test_a_read_may_finish_without_its_client(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To cancel a statement costs its connection, and most reads are over before that is worth it."""
    monkeypatch.setattr(traffic, "GRACE", 60.0)
    client = Client("GET")

    async def work(_request: Request) -> Response:
        client.leaves()
        async with database.read() as snapshot:
            return PlainTextResponse(
                str(await snapshot.value(select(literal_column("7", Integer).label("n"))))
            )

    await application(work)(client.scope, client.receive, client.send)
    assert client.received[-1]["body"] == b"7"
    assert database.connections_in_use == 0


@pytest.mark.parametrize(("operation_type", "finishes"), [("query", False), ("mutation", True), (None, True)])
async def test_of_what_is_posted_only_a_graphql_query_is_given_up(
    database: Database, operation_type: str | None, monkeypatch: pytest.MonkeyPatch, *, finishes: bool
) -> None:
    monkeypatch.setattr(traffic, "GRACE", 0.0)
    client = Client("POST")

    async def work(request: Request) -> Response:
        context = Context(database=database, policy=Policy(), caller=ANONYMOUS)
        context.operation_type = operation_type
        request_state(request.scope).context = context
        client.leaves()
        if not finishes:
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)
        return PlainTextResponse("done")

    await application(work)(client.scope, client.receive, client.send)
    assert bool(client.received) is finishes


async def test_what_is_not_understood_yet_is_let_finish() -> None:
    client = Client("POST")

    async def work(_request: Request) -> Response:
        client.leaves()
        await asyncio.sleep(0)
        return PlainTextResponse("done")

    await application(work)(client.scope, client.receive, client.send)
    assert client.received[-1]["body"] == b"done"


async def test_leaving_twice_or_after_the_answer_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "GRACE", 0.0)
    client = Client("GET")
    cancelled = []

    async def work(_request: Request) -> Response:
        client.leaves()
        client.leaves()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.01)  # whoever cleans up is not disturbed
            cancelled.append(True)
            raise
        raise AssertionError

    await application(work)(client.scope, client.receive, client.send)
    client.leaves()
    await asyncio.sleep(0)
    assert (cancelled, client.received) == ([True], [])

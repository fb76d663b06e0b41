"""Requests of bounded size, number and duration."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx
import pytest
from sqlalchemy import Integer, Select, literal_column, select, text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.app import create_app
from gateway.http import traffic
from gateway.http.bounds import Bounds
from gateway.http.traffic import Deadline
from gateway.identity.tokens import issue_token
from gateway.settings.limits import LARGEST_HEADERS, LONGEST_URL
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.failure import DatabaseUnavailable
from models.sql.prepared import Query
from resolvers.caller import ANONYMOUS, Scope
from resolvers.policy import Policy
from rest_compat.wire.request_state import RequestState
from schema.vocabulary.context import Context
from tests.gateway.serving import client_of, http_client, listening

SEGMENTS = "/customer-segment/acme/segments"
PATHS = [("/graphql", "query={__typename}&"), (SEGMENTS, "")]


def refusal(path: str, status: int, phrase: str, message: str) -> object:
    """The body of a refusal, as the clients of a path expect it."""
    if path == "/graphql":
        return {"errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]}
    return {"code": status, "status": phrase, "message": message}


@pytest.fixture
def bearer(secret: str) -> Mapping[str, str]:
    token = issue_token(secret, "acme", [Scope.READ])
    return {"Authorization": f"Bearer {token}", "Host": "gateway"}


def url_of(path: str, query: str, size: int) -> str:
    return f"{path}?{query}x=".ljust(size + 1, "x")  # the question mark is not counted


def padded(headers: Mapping[str, str], size: int) -> Mapping[str, str]:
    """So many bytes of headers, and nothing that the client adds by itself."""
    named = {**headers, "Accept": "*/*", "Accept-Encoding": "*", "Connection": "close", "User-Agent": "x"}
    return {**named, "X-Padding": "x" * (size - sum(map(len, [*named, *named.values()])) - len("X-Padding"))}


@pytest.mark.parametrize("maximum", [10_240, 20_000])
@pytest.mark.parametrize(("path", "query"), PATHS)
async def test_a_url_may_be_so_long(
    settings: Settings, bearer: Mapping[str, str], path: str, query: str, maximum: int
) -> None:
    async with client_of(create_app(settings.model_copy(update={"max_url": maximum}))) as client:
        longest = await client.get(url_of(path, query, maximum), headers=bearer)
        longer = await client.get(url_of(path, query, maximum + 1), headers=bearer)
    message = f"The URL has {maximum + 1:,} bytes; at most {maximum:,} are allowed."
    assert longest.status_code == 200
    assert (longer.status_code, longer.json()) == (414, refusal(path, 414, "URI Too Long", message))


@pytest.mark.parametrize("maximum", [61_440, 100_000])
@pytest.mark.parametrize(("path", "query"), PATHS)
async def test_headers_may_be_so_large(
    settings: Settings, bearer: Mapping[str, str], path: str, query: str, maximum: int
) -> None:
    url = f"{path}?{query}"
    async with client_of(create_app(settings.model_copy(update={"max_headers": maximum}))) as client:
        largest = await client.get(url, headers=padded(bearer, maximum))
        larger = await client.get(url, headers=padded(bearer, maximum + 1))
    message = f"The headers have {maximum + 1:,} bytes; at most {maximum:,} are allowed."
    phrase = "Request Header Fields Too Large"
    assert largest.status_code == 200
    assert (larger.status_code, larger.json()) == (431, refusal(path, 431, phrase, message))


async def test_the_server_takes_what_the_highest_settings_allow(
    settings: Settings, bearer: Mapping[str, str]
) -> None:
    """Its HTTP parser has limits of its own, which no transport in memory would meet."""
    allowing = settings.model_copy(update={"max_url": LONGEST_URL, "max_headers": LARGEST_HEADERS})
    query = "query={__typename}&"
    async with listening(create_app(allowing)) as url, http_client(url) as client:
        longest = await client.get(
            url_of("/graphql", query, LONGEST_URL), headers=padded(bearer, LARGEST_HEADERS)
        )
        longer = await client.get(url_of("/graphql", query, LONGEST_URL + 1), headers=bearer)
    assert [answer.status_code for answer in (longest, longer)] == [200, 414]


@pytest.mark.parametrize("maximum", [1_000, 20_000_000])
async def test_a_rest_body_may_be_so_large(settings: Settings, secret: str, maximum: int) -> None:
    token = issue_token(secret, "acme", [Scope.MANAGE])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path, nothing = f"{SEGMENTS}/match", b'{"site": "m", "items": [], "segmentIds": []}'
    async with client_of(create_app(settings.model_copy(update={"max_rest_body": maximum}))) as client:
        largest = await client.post(path, content=nothing.ljust(maximum), headers=headers)
        larger = await client.post(path, content=nothing.ljust(maximum + 1), headers=headers)
    assert (largest.status_code, largest.json()) == (200, [])
    message = "The request body is too large."
    assert larger.status_code == 413
    assert larger.json() == refusal(path, 413, "Request Entity Too Large", message)


class Held:
    """An endpoint that answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.begun = asyncio.Semaphore(0)

    async def __call__(self, _request: Request) -> Response:
        self.begun.release()
        await self.may_answer.wait()
        return PlainTextResponse("done")


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
async def busy(held: Held) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that answers two requests at the same time."""
    app = Starlette(
        routes=[Route("/work", held.__call__), Route("/healthz", lambda _: PlainTextResponse("up"))],
        middleware=[Middleware(Bounds, most=2)],
    )
    async with client_of(app) as client:
        yield client


async def test_a_request_beyond_those_that_run_is_sent_away(busy: httpx.AsyncClient, held: Held) -> None:
    running = [asyncio.create_task(busy.get("/work")) for _ in range(2)]
    for _ in running:
        await held.begun.acquire()
    refused = await busy.get("/work")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["message"] == "The service answers 2 requests already; try again."
    assert (await busy.get("/healthz")).text == "up"
    held.may_answer.set()
    assert [(await one).text for one in running] == ["done", "done"]
    assert (await busy.get("/work")).text == "done"


class Slow(httpx.AsyncByteStream):
    """A body that comes in parts, of which the last comes when it is told to."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._parts[0]
        self.has_begun.set()
        await self.may_end.wait()
        for part in self._parts[1:]:
            yield part


QUERY = (b'{"query": ', b'"{ __typename }"}')
JSON = {"content-type": "application/json"}


async def test_slow_bodies_keep_nobody_out(settings: Settings) -> None:
    one = settings.model_copy(update={"max_requests": 1})
    async with client_of(create_app(one)) as client:
        slow = [Slow(*QUERY) for _ in range(5)]
        sending = [asyncio.create_task(client.post("/graphql", content=body, headers=JSON)) for body in slow]
        for body in slow:
            await body.has_begun.wait()
        assert (await client.post("/graphql", content=b"".join(QUERY), headers=JSON)).status_code == 200
        for body, answer in zip(slow, sending, strict=True):
            body.may_end.set()
            assert (await answer).json() == {"data": {"__typename": "Query"}}


async def test_bodies_on_their_way_are_weighed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setattr(traffic, "MOST_HELD", 1_000)
    async with client_of(create_app(settings)) as client:
        first = Slow(QUERY[0] + b" " * 900, QUERY[1])
        sending = asyncio.create_task(client.post("/graphql", content=first, headers=JSON))
        await first.has_begun.wait()
        large = Slow(b"[" + b" " * 200, b"]")
        large.may_end.set()
        manager = {"Authorization": f"Bearer {issue_token(secret, 'acme', [Scope.MANAGE])}"}
        for refused in (
            await client.post("/graphql", content=large, headers=JSON),
            await client.post(SEGMENTS, content=large, headers=JSON | manager),
        ):
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
            assert "The service receives 1,000 bytes already; try again." in refused.text
        assert (await client.post("/graphql", content=b"".join(QUERY), headers=JSON)).status_code == 200
        first.may_end.set()
        assert (await sending).status_code == 200
        assert (await client.post("/graphql", content=large, headers=JSON)).status_code == 400


@pytest.mark.parametrize("path", ["/graphql", "/elsewhere"])
async def test_a_request_that_takes_too_long_is_given_up(held: Held, path: str) -> None:
    app = Starlette(routes=[Route(path, held.__call__)], middleware=[Middleware(Bounds, seconds=0.01)])
    async with client_of(app) as client:
        answer = await client.get(path)
    message = "The request took longer than the 0.01 seconds it may."
    assert answer.status_code == 504
    assert (
        answer.json()
        == {
            "/graphql": {"errors": [{"message": message, "extensions": {"code": "TIMED_OUT"}}]},
            "/elsewhere": {"code": 504, "status": "Gateway Timeout", "message": message},
        }[path]
    )


async def test_a_timeout_of_ones_own_is_no_deadline() -> None:
    async def fails(_request: Request) -> Response:
        raise TimeoutError("of something inside")

    app = Starlette(routes=[Route("/work", fails)], middleware=[Middleware(Bounds, seconds=60)])
    async with client_of(app) as client:
        assert (await client.get("/work")).status_code == 500


ENDLESS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
    "postgresql": "generate_series(1, 1000000000000) AS n WHERE pg_sleep(0.001) IS NULL",
}
ACTIVE = (
    "pg_stat_activity WHERE query LIKE '%pg_sleep(0.001)%' AND state = 'active' AND pid <> pg_backend_pid()"
)
Count: TypeAlias = Select[int]


def count(source: str) -> Count:
    """How many rows there are."""
    return select(literal_column("count(*)", Integer).label("count")).select_from(text(source))


Work: TypeAlias = Callable[[Database, Count], Awaitable[object]]


async def write(database: Database, statement: Count) -> object:
    return await database.write(lambda transaction: transaction.rows(statement))


async def read(database: Database, statement: Count) -> object:
    async with database.read() as snapshot:
        return await snapshot.rows(statement)


async def read_by_sibling_fields(database: Database, statement: Count) -> object:
    async with Context(database=database, policy=Policy(), caller=ANONYMOUS) as context:
        snapshot = (await context.reader()).snapshot
        return await asyncio.gather(snapshot.rows(statement), snapshot.rows(statement))


@pytest.mark.slow
@pytest.mark.parametrize("work", [write, read, read_by_sibling_fields])
async def test_the_statement_of_a_request_that_is_given_up_ends(database: Database, work: Work) -> None:
    """Without it, SQLite would count for ever, and PostgreSQL until its own timeout ends the request."""
    statement = count(ENDLESS["sqlite" if database.is_sqlite else "postgresql"])

    async def never(_request: Request) -> Response:
        raise AssertionError(await work(database, statement))

    app = Starlette(routes=[Route("/work", never)], middleware=[Middleware(Bounds, seconds=0.1)])
    async with client_of(app) as client:
        answers = [(await client.get("/work")).status_code for _ in range(15)]  # more than the pool holds
    assert answers == [504] * 15
    if database.is_sqlite:
        assert await value_of(database, count("(SELECT 1)")) == 1
        return
    async with asyncio.timeout(20):  # the connection ends in the background
        while await value_of(database, count(ACTIVE)):  # noqa: ASYNC110  (the server has no event to wait for)
            await asyncio.sleep(0.05)


async def value_of(database: Database, statement: Query) -> object:
    """What a snapshot of its own sees: PostgreSQL keeps the list of its activity for a transaction."""
    async with database.read() as snapshot:
        return await snapshot.value(statement)


async def test_whoever_waits_too_long_for_a_connection_is_told_to_try_again(settings: Settings) -> None:
    options = settings.model_copy(update={"pool_size": 1, "pool_wait": 1.0}).engine_options
    database = Database(settings.database_url, options)
    async with AsyncExitStack() as held:
        await held.enter_async_context(database.read())
        lent = [held.enter_async_context(database.read()) for _ in range(11)]
        answers = await asyncio.gather(*lent, return_exceptions=True)
    await database.close()
    refused = [answer for answer in answers if isinstance(answer, DatabaseUnavailable)]
    assert len(refused) == 11


async def test_one_connection_is_enough_for_whatever_a_request_does(
    settings: Settings, secret: str, tenant: str
) -> None:
    """Nobody waits for a second connection while holding the first, else some would wait for each other."""
    one = settings.model_copy(update={"pool_size": 1, "pool_wait": 30.0, "batching": True})
    token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
    read = "{ segments { totalCount nodes { id customerAssignments { totalCount } } } }"
    write = (
        'mutation ($id: ID!) { segmentUpsert(id: $id, input: {siteCode: "m", name: '
        '[{language: "en", text: "x"}]}) { segment { id customerAssignments { totalCount } } } }'
    )
    body = {"name": {"en": "x"}, "siteCode": "m"}
    async with client_of(create_app(one)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        answers = await asyncio.gather(
            *(client.post("/graphql", json=[
                {"query": read}, {"query": write, "variables": {"id": f"g{number}"}}, {"query": read}
            ]) for number in range(5)),
            *(client.put(f"/customer-segment/{tenant}/segments/r{number}", json=body) for number in range(5)),
            *(client.get(f"/customer-segment/{tenant}/segments") for _ in range(5)),
            client.get("/readyz"),
        )  # fmt: skip
        listed = await client.post("/graphql", json={"query": "{ segments { totalCount } }"})
    assert [answer.status_code for answer in answers] == [200] * 5 + [201] * 5 + [200] * 6
    assert not any("errors" in part for answer in answers[:5] for part in answer.json())
    assert listed.json() == {"data": {"segments": {"totalCount": 10}}}


class WeighedScope(dict[str, Any]):
    """A scope that a weak reference may be made to."""


async def test_a_request_that_is_over_waits_for_no_garbage_collector() -> None:
    """Its scope leads to what the client has sent."""
    deadline = Deadline(10)

    def begin_and_end() -> weakref.ref[WeighedScope]:
        scope = WeighedScope(type="http", method="GET")
        state = RequestState()
        scope["state"] = {"request": state}
        running = deadline.begin(scope, state)
        running.end()
        state.client_left = None
        return weakref.ref(scope)

    gc.disable()
    try:
        assert begin_and_end()() is None
    finally:
        gc.enable()

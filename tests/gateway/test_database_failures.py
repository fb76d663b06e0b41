"""A statement that fails in the database is the answer of both APIs, and no statement runs again."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import text

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.client import Client
from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.failure import DatabaseUnavailable, LostRace, StatementTimeout
from resolvers.caller import Scope
from tests.gateway.serving import client_of

TIMED_OUT = "The request took longer than it may."
UNAVAILABLE = "The service cannot answer at the moment; try again."


class Case(NamedTuple):
    """A failure of a statement, and what a client sees of it."""

    failure: Exception
    status: int
    message: str
    code: str


FAILURES = [
    Case(StatementTimeout("slow"), 504, TIMED_OUT, "TIMED_OUT"),
    Case(DatabaseUnavailable("away"), 503, UNAVAILABLE, "UNAVAILABLE"),
    Case(LostRace("40001"), 503, UNAVAILABLE, "UNAVAILABLE"),
]
SEGMENTS = "/customer-segment/acme/segments"


@pytest.fixture(params=[True, False], ids=["planned", "standard"])
def compiled_plans(request: pytest.FixtureRequest) -> bool:
    is_planned: bool = request.param
    return is_planned


@pytest.fixture
def settings(settings: Settings, *, compiled_plans: bool) -> Settings:
    return settings.model_copy(update={"compiled_plans": compiled_plans})


@pytest.fixture
async def failing(database: Database) -> AsyncIterator[Database]:
    """A connection pool of the database under test that the test may break."""
    url = database.engine.url.render_as_string(hide_password=False)
    failing = Database(url, EngineOptions(statement_timeout=1))
    yield failing
    await failing.close()


@pytest.fixture
async def client(settings: Settings, failing: Database, secret: str) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings), database=failing) as client:
        token = issue_token(secret, "acme", [Scope.READ, Scope.MANAGE])
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def fail_from(database: Database, number: int, failure: Exception) -> list[str]:
    """Let the statement of that number and all later ones fail; the list receives every statement."""
    statements: list[str] = []

    def watch(statement: str, _parameters: Any) -> AbstractContextManager[None]:
        statements.append(statement)
        if len(statements) >= number:
            raise failure
        return nullcontext()

    database.watch = watch
    return statements


def error(key: str, column: int, message: str, code: str) -> dict[str, Any]:
    locations = [{"line": 1, "column": column}]
    return {"message": message, "locations": locations, "path": [key], "extensions": {"code": code}}


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize(
    ("query", "key", "data"),
    [
        ("{ segments { nodes { id } } }", "segments", None),
        ("{ segments { totalCount nodes { id } } }", "segments", None),
        ("{ itemAssignments { nodes { type } } }", "itemAssignments", None),
        ('{ segment(id: "gold") { id } }', "segment", {"segment": None}),
        ('{ product(id: "drill") { id } }', "product", {"product": None}),
        (
            '{ segment(id: "gold") { customerAssignments { nodes { nodeId } } } }',
            "segment",
            {"segment": None},
        ),
    ],
)
async def test_graphql_answers_with_the_failure_of_the_first_statement(  # noqa: PLR0917
    client: httpx.AsyncClient, failing: Database, case: Case, query: str, key: str, data: Any
) -> None:
    statements = fail_from(failing, 1, case.failure)
    answer = await client.post("/graphql", json={"query": query})
    assert answer.status_code == case.status
    assert answer.json() == {"data": data, "errors": [error(key, 3, case.message, case.code)]}
    assert len(statements) == 1
    assert answer.headers.get("Retry-After") == ("1" if case.status == 503 else None)


@pytest.mark.parametrize("case", FAILURES)
async def test_rest_answers_with_the_failure_of_the_first_statement(
    client: httpx.AsyncClient, failing: Database, case: Case
) -> None:
    statements = fail_from(failing, 1, case.failure)
    answer = await client.get(SEGMENTS, headers={"X-Total-Count": "true"})
    assert (answer.status_code, answer.json()["message"]) == (case.status, case.message)
    assert len(statements) == 1


async def test_fields_after_a_timeout_fail_by_the_same_timeout(
    client: httpx.AsyncClient, failing: Database
) -> None:
    statements = fail_from(failing, 2, StatementTimeout("slow"))
    query = '{ a: segment(id: "x") { id } __typename b: customer(id: "x") { id } c: product(id: "y") { id } }'
    answer = await client.post("/graphql", json={"query": query})
    assert answer.status_code == 200, "something was answered"
    assert answer.json() == {
        "data": {"a": None, "__typename": "Query", "b": None, "c": None},
        "errors": [error("b", 41, TIMED_OUT, "TIMED_OUT"), error("c", 69, TIMED_OUT, "TIMED_OUT")],
    }
    assert len(statements) == 2


async def test_without_a_free_connection_all_fields_fail_after_one_wait(
    client: httpx.AsyncClient, failing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = 0

    async def open_read(_client: Client, **_: bool) -> None:
        nonlocal waits
        waits += 1
        raise DatabaseUnavailable("every connection is taken")

    monkeypatch.setattr(failing, "open_read", open_read)
    query = '{ a: segment(id: "x") { id } b: customer(id: "x") { id } }'
    answer = await client.post("/graphql", json={"query": query})
    assert (answer.status_code, waits) == (503, 1)
    assert answer.json() == {
        "data": {"a": None, "b": None},
        "errors": [error("a", 3, UNAVAILABLE, "UNAVAILABLE"), error("b", 30, UNAVAILABLE, "UNAVAILABLE")],
    }


async def test_postgresql_cancels_a_statement_once_and_the_answer_is_504(
    client: httpx.AsyncClient, failing: Database, database: Database
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no timeout of statements")
    statements: list[str] = []

    def watch(statement: str, _parameters: Any) -> AbstractContextManager[None]:
        statements.append(statement)
        return nullcontext()

    failing.watch = watch
    async with database.engine.begin() as lock:
        await lock.execute(text("LOCK TABLE customer, segment IN ACCESS EXCLUSIVE MODE"))
        query = '{ a: customer(id: "x") { id } b: segment(id: "x") { id } c: product(id: "y") { id } }'
        answer = await client.post("/graphql", json={"query": query})
        assert answer.status_code == 504
        assert answer.json() == {
            "data": {"a": None, "b": None, "c": None},
            "errors": [
                error(key, column, TIMED_OUT, "TIMED_OUT") for key, column in (("a", 3), ("b", 31), ("c", 58))
            ],
        }
        assert len(statements) == 1
        rest = await client.get(SEGMENTS)
        assert (rest.status_code, rest.json()["message"], len(statements)) == (504, TIMED_OUT, 2)
    assert (await client.post("/graphql", json={"query": query})).status_code == 200

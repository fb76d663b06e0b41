"""What clients see when a resolver fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
import strawberry
import structlog
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from strawberry.types import ExecutionResult

from gateway.graphql.endpoint import GraphQLEndpoint
from gateway.graphql.errors import error_response
from gateway.graphql.operations import Operations
from gateway.graphql.response import encoded
from gateway.identity.authentication import Authentication
from gateway.identity.keys import SharedSecret
from gateway.identity.tokens import JwtVerifier
from gateway.observability.observation import Observation
from models.connection.database import Database
from models.connection.failure import DatabaseUnavailable, StatementTimeout
from resolvers.caller import Scope
from resolvers.changes.feed import Feeds
from resolvers.errors import Forbidden, GatewayError, InvalidArgument, NotFound
from resolvers.policy import Policy
from resolvers.streams import Streams
from tests.gateway.serving import client_of

BUG = ZeroDivisionError("a secret detail")
FAILURES: dict[str, Exception] = {
    "bug": BUG,
    "away": DatabaseUnavailable("secret host"),
    "slow": StatementTimeout("secret statement"),
    "forbidden": Forbidden([Scope.READ]),
    "missing": NotFound("s-1"),
    "argument": InvalidArgument("`first` is too large.", path=("first",)),
    "deliberate": GraphQLError("Said on purpose.", extensions={"code": "OWN"}),
    "endless": RecursionError("maximum recursion depth exceeded"),
}


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("an even number is needed")
    return value


class Even(int):
    """A number that is even."""


@strawberry.type
class Query:
    @strawberry.field
    def fail(self, how: str) -> int | None:
        raise FAILURES[how]

    @strawberry.field
    def fail_hard(self, how: str) -> int:
        raise FAILURES[how]

    @strawberry.field
    def echo(self, value: Even) -> int:
        return value


SCHEMA = strawberry.Schema(
    Query, scalar_overrides={Even: strawberry.scalar(name="Even", serialize=int, parse_value=_even)}
)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an endpoint whose resolvers fail as they are told to."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"database": database, "streams": Streams(Feeds(database, Policy()))}

    guard = Middleware(
        Authentication, verifier=JwtVerifier(SharedSecret("unused " * 5)), refusal=error_response
    )
    endpoint = GraphQLEndpoint(Operations(SCHEMA), Policy())
    app = Starlette(
        routes=[Route("/graphql", endpoint, methods=["GET", "POST"], middleware=[guard])],
        middleware=[Middleware(Observation)],
        lifespan=lifespan,
    )
    async with client_of(app) as client:
        yield client


async def answer_to(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = await client.post(
        "/graphql", json={"query": query, "variables": variables}, headers={"X-Request-Id": "r-1"}
    )
    assert answer.status_code == {"away": 503, "slow": 504}.get(variables.get("how", ""), 200)
    return answer.json()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "message", "extensions"),
    [
        ("bug", "Internal error", {"code": "INTERNAL", "requestId": "r-1"}),
        ("endless", "Internal error", {"code": "INTERNAL", "requestId": "r-1"}),
        ("away", "The service cannot answer at the moment; try again.", {"code": "UNAVAILABLE"}),
        ("slow", "The request took longer than it may.", {"code": "TIMED_OUT"}),
        (
            "forbidden",
            "The access to the requested resource has been forbidden by the server.",
            {"code": "FORBIDDEN", "requiredScopes": [Scope.READ]},
        ),
        ("missing", "The resource with id s-1 has not been found.", {"code": "NOT_FOUND"}),
        ("argument", "`first` is too large.", {"code": "INVALID_ARGUMENT", "inputPath": ["first"]}),
        ("deliberate", "Said on purpose.", {"code": "OWN"}),
    ],
)
async def test_a_failure_is_shown_by_its_code(
    client: httpx.AsyncClient, how: str, message: str, extensions: dict[str, Any]
) -> None:
    answer = await answer_to(client, "query($how: String!) { fail(how: $how) }", how=how)
    assert answer == {
        "errors": [
            {
                "message": message,
                "locations": [{"line": 1, "column": 24}],
                "path": ["fail"],
                "extensions": extensions,
            }
        ],
        "data": {"fail": None},
    }


async def test_a_non_null_field_that_fails_leaves_no_data(client: httpx.AsyncClient) -> None:
    answer = await answer_to(client, '{ failHard(how: "missing") }')
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_a_bug_is_logged_once_though_many_fields_fail_by_it(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await answer_to(
            client, '{ a: fail(how: "bug") b: fail(how: "bug") c: fail(how: "missing") }'
        )
    assert len(answer["errors"]) == 3
    assert [(line["event"], line["exc_info"], line["request_id"]) for line in logs] == [
        ("resolver failed", BUG, "r-1")
    ]


@pytest.mark.parametrize("query", ["query($v: Even!) { echo(value: $v) }", "{ echo(value: 3) }"])
async def test_a_value_that_a_scalar_refuses_is_the_clients_mistake(
    client: httpx.AsyncClient, query: str
) -> None:
    answer = await answer_to(client, query, v=3)
    [error] = answer["errors"]
    assert "an even number is needed" in error["message"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}


def every_class(base: type[GatewayError]) -> list[type[GatewayError]]:
    return [found for kind in base.__subclasses__() for found in (kind, *every_class(kind))]


def test_the_codes_of_the_catalogue_are_told_apart() -> None:
    codes = [kind.code for kind in every_class(GatewayError)]
    assert len(codes) > 10
    assert len(set(codes)) == len(codes)


def test_an_error_that_is_answered_leads_to_no_frame() -> None:
    """The frames have what the client has sent, which would stay until it is found as garbage."""
    original = ZeroDivisionError("a secret detail")
    try:
        try:
            original.args[1]
        except IndexError:
            raise original  # noqa: B904  (the error before is its context)
    except ZeroDivisionError:
        error = GraphQLError("failed", original_error=original)
    assert original.__traceback__ is not None
    body, _ = encoded(ExecutionResult(None, [error]), "1", 1_000)
    assert orjson.loads(body)["errors"][0]["message"] == "Internal error"
    assert [one.__traceback__ for one in (error, original, original.__context__)] == [None] * 3  # type: ignore[union-attr]

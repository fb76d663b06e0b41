"""What goes wrong inside stays inside: no answer and no line below an error tells what it was."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest
import structlog
from asyncpg import PostgresError
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import OAuthClient, Settings
from models.connection.database import Database
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.security.apis import bearer

SECRET = "hunter2"
FAILURES: dict[str, Exception] = {
    "a bug": RuntimeError(f"the password is {SECRET}"),
    "a failing driver": PostgresError(f"relation {SECRET} does not exist"),
    "a failing statement": DBAPIError("SELECT 'hunter2'", {"p": SECRET}, Exception(SECRET)),
    "a lost connection": ConnectionError(f"cannot connect to {SECRET}:5432"),
    "a full disk": OSError(28, "No space left", f"/srv/{SECRET}"),
}
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/customer-segment/acme/segments", None),
    ("GET", "/customer-segment/acme/segments/gold", None),
    ("PUT", "/customer-segment/acme/segments/gold", {"name": {"en": "Gold"}, "siteCode": "main"}),
    ("POST", "/customer-segment/acme/segments/bulk", [{"name": {"en": "Gold"}, "siteCode": "main"}]),
    ("POST", "/graphql", {"query": "{ segments { nodes { id } } }"}),
    ("POST", "/graphql", {"query": '{ a: segment(id: "a") { id } segments { totalCount } }'}),
    ("POST", "/graphql", {"query": 'mutation { segmentDelete(id: "a") { userErrors { message } } }'}),
    ("GET", "/readyz", None),
]


class Broken:
    """What is put around every statement of a database, and fails."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def __call__(self, _sql: str, _parameters: Any) -> AbstractContextManager[None]:
        return self._failing()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        raise self._failure
        yield


@pytest.fixture(params=FAILURES)
async def broken(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway whose every statement fails."""
    database = Database(settings.database_url, settings.engine_options)
    database.watch = Broken(FAILURES[request.param])
    async with client_of(create_app(settings), database=database) as client:
        yield client
    await database.close()


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS, ids=lambda one: str(one)[:40])
async def test_no_answer_tells_what_failed(
    broken: httpx.AsyncClient, secret: str, method: str, path: str, body: Any
) -> None:
    token = issue_token(secret, "acme", [Scope.READ, Scope.MANAGE])
    with structlog.testing.capture_logs() as lines:
        answer = await broken.request(method, path, json=body, headers=bearer(token))
    whole = answer.text + str(answer.headers)
    for internal in (SECRET, "SELECT", "Traceback", ".py", "sqlalchemy", "asyncpg", "sqlite"):
        assert internal not in whole
    calm = [line for line in lines if line["log_level"] in {"debug", "info", "warning"}]
    assert SECRET not in str(calm)


async def test_an_unreachable_database_is_not_described(settings: Settings, secret: str) -> None:
    """Its address holds a password, and drivers like to quote it."""
    url = f"postgresql+asyncpg://segments:{SECRET}@127.0.0.1:1/segments"
    token = issue_token(secret, "acme", [Scope.READ, Scope.MANAGE])
    database = Database(url, settings.engine_options)
    with structlog.testing.capture_logs() as lines:
        async with client_of(create_app(settings), database=database) as client:
            answers = [
                await client.request(method, path, json=body, headers=bearer(token))
                for method, path, body in REQUESTS
            ]
    await database.close()
    assert [answer.status_code for answer in answers] == [503] * len(REQUESTS)
    told = "".join(answer.text for answer in answers) + str(lines)
    assert SECRET not in told
    assert "127.0.0.1" not in told


async def test_a_wrong_secret_and_an_unknown_client_are_told_the_same(settings: Settings) -> None:
    known = OAuthClient(
        client_id="shop", client_secret=SecretStr(SECRET), tenant="acme", scopes=("segment_read",)
    )
    answers = []
    async with client_of(create_app(settings.model_copy(update={"oauth_clients": (known,)}))) as client:
        for client_id, given in (
            ("shop", "wrong"),
            ("nobody", "wrong"),
            ("nobody", SECRET),
            ("shop", SECRET[:-1]),
        ):
            form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": given}
            with structlog.testing.capture_logs() as lines:
                answer = await client.post("/oauth/token", data=form)
            assert SECRET not in str(lines)
            answers.append((answer.status_code, answer.text))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401

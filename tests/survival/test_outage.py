"""The database goes away and comes back; the gateway says so, and needs no restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.survival.postgres import OwnPostgres
from tests.survival.server import SECRET

AWAY = {"status": "not ready", "reason": "the database cannot be reached"}
QUERIES = ("{ segments { totalCount } }", '{ segment(id: "none") { id } }', "{ viewer { tenant } }")


@pytest.fixture
async def client(postgres: OwnPostgres, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    database = Database(postgres.url)
    await migrate(database)
    await database.close()
    settings = Settings(home=tmp_path, database_url=postgres.url, token_secret=SecretStr(SECRET), pool_size=3)
    async with client_of(create_app(settings)) as client:
        token = issue_token(SECRET, "acme", [Scope.READ, Scope.MANAGE])
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def reads(client: httpx.AsyncClient) -> list[httpx.Response]:
    """One request through each API, at once, so that several connections are in use."""
    rest = client.get("/customer-segment/acme/segments")
    graphql = [client.post("/graphql", json={"query": query}) for query in QUERIES]
    return list(await asyncio.gather(rest, *graphql))


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_an_outage_is_told_clearly_and_ends_by_itself(
    client: httpx.AsyncClient, postgres: OwnPostgres, mode: str
) -> None:
    assert [answer.status_code for answer in await reads(client)] == [200, 200, 200, 200]
    assert (await client.get("/readyz")).status_code == 200

    postgres.stop("fast" if mode == "fast" else "immediate")
    for _ in range(2):  # connections that were open, then new ones
        rest, connection, point, viewer = await reads(client)
        for answer in (rest, connection, point):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert rest.json()["message"] == "The service cannot answer at the moment; try again."
        for answer in (connection, point):
            assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert viewer.status_code == 200, "what needs no database is answered"
    readiness = await client.get("/readyz")
    assert (readiness.status_code, readiness.json()) == (503, AWAY)
    assert (await client.get("/healthz")).status_code == 200

    postgres.start()
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    for _ in range(3):
        assert [answer.status_code for answer in await reads(client)] == [200, 200, 200, 200]
    page = (await client.get("/metrics")).text
    retrieved = 'api="rest",operation="GET-customer-segment-retrieve-segments",outcome="unavailable"'
    assert f"segments_requests_total{{{retrieved}}} 2.0" in page
    assert 'segments_requests_total{api="graphql",operation="query",outcome="unavailable"} 4.0' in page


async def test_connections_that_die_unseen_cost_nobody_an_answer(
    client: httpx.AsyncClient, postgres: OwnPostgres
) -> None:
    """As a failover or a firewall does it to connections at rest."""
    await reads(client)
    postgres.end_connections()
    await asyncio.sleep(0.1)  # the driver hears of it
    statuses = [[answer.status_code for answer in await reads(client)] for _ in range(2)]
    assert statuses == [[200, 200, 200, 200]] * 2

"""Reads of one customer that take long leave connections to everybody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.postgres_driver import PostgresDriver
from models.connection.sqlite_driver import SqliteDriver
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.security.apis import bearer

GREEDY = "greedy"
COUNT = "{ itemAssignments(first: 0) { totalCount } }"
REQUESTS = 10
SHARE = 2


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway with four connections for reads, of which a caller may have two."""
    scarce = settings.model_copy(update={"pool_size": 5, "reads_per_caller": SHARE, "pool_wait": 1.0})
    async with client_of(create_app(scarce)) as client:
        yield client


class Gate:
    """Where the statements of one customer wait until it opens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting = 0
        self.is_full = asyncio.Event()
        self.open = asyncio.Event()
        for kind in (SqliteDriver, PostgresDriver):
            self._guard(kind, monkeypatch)

    def _guard(self, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        fetch = kind.fetch  # the one place that every read passes

        async def guarded(driver: Any, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
            if driver.client is not None and driver.client.name == GREEDY:
                self.waiting += 1
                if self.waiting == SHARE:
                    self.is_full.set()
                await self.open.wait()
            rows: Sequence[Any] = await fetch(driver, sql, arguments)
            return rows

        monkeypatch.setattr(kind, "fetch", guarded)


async def test_one_customer_cannot_take_the_connections_of_others(
    client: httpx.AsyncClient, secret: str, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def token(tenant: str, customer: str) -> dict[str, str]:
        return bearer(issue_token(secret, tenant, [Scope.READ_OWN], customer_id=customer))

    async def count(headers: dict[str, str]) -> httpx.Response:
        return await client.post("/graphql", json={"query": COUNT}, headers=headers)

    gate = Gate(monkeypatch)
    greedy = [asyncio.create_task(count(token(tenant, GREEDY))) for _ in range(REQUESTS)]
    await gate.is_full.wait()
    others = [token(tenant, "honest"), token("another", "honest")]
    honest = [await count(headers) for headers in others]
    assert [answer.json() for answer in honest] == [{"data": {"itemAssignments": {"totalCount": 0}}}] * 2
    path = f"/customer-segment/{tenant}/segments"
    assert (await client.get(path, headers=others[0])).status_code == 200
    assert (await client.get("/readyz")).status_code == 200
    completed = asyncio.as_completed(greedy)
    refused = [await next(completed) for _ in range(REQUESTS - SHARE)]
    assert [answer.status_code for answer in refused] == [503] * (REQUESTS - SHARE)
    assert gate.waiting == SHARE
    gate.open.set()
    answers = await asyncio.gather(*greedy)
    assert sorted(answer.status_code for answer in answers) == [200] * SHARE + [503] * (REQUESTS - SHARE)
    metrics = (await client.get("/metrics")).text
    assert f'segments_pool_refusals_total{{reason="share"}} {REQUESTS - SHARE:.1f}' in metrics

"""A gateway with a standby: reading one's own writes, and reads while the standby is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from models.connection.database import Database
from models.migrate import migrate
from tests.gateway.observability.test_metrics import metrics_of
from tests.survival.conftest import Connect
from tests.survival.postgres import OwnPostgres, own_postgres
from tests.survival.proxy import proxy_to
from tests.survival.server import Server, serving
from tests.survival.standby import Standby, standby_of
from tests.survival.test_shutdown import locked_segments

DOCUMENT: Final = {"name": {"en": "Gold"}, "siteCode": "main"}
SEGMENT: Final = '{ segment(id: "gold") { id } }'
SEGMENTS: Final = '{ viewer { tenant } segment(id: "gold") { id customerAssignments { totalCount } } }'
"""Takes several statements."""
CUSTOMER: Final = '{ customer(id: "ada") { firstName } }'
UPSERT: Final = (
    'mutation { customersUpsert(customers: [{id: "ada", firstName: "Ada"}]) { results { effect } } }'
)
ASSIGN: Final = """mutation {
  segmentCustomersAssign(segmentId: "gold", customers: [{customerId: "c"}]) {
    results { customerAssignment { segment { customerAssignments { totalCount } } } }
  }
}"""
LOCKS: Final = "SELECT count(*) FROM pg_locks WHERE locktype = 'relation'"
PATIENT: Final = {"SEGMENTS_STATEMENT_TIMEOUT": "60", "SEGMENTS_REQUEST_TIMEOUT": "60"}
IN_TIME: Final = 15.0
"""Seconds for reads whose standby falls silent. A check finds out in two; statements have a minute."""


@pytest.fixture(scope="module")
async def servers(postgres: OwnPostgres, standby: Standby) -> tuple[OwnPostgres, Standby]:
    """A primary with the tables, and its standby, which has them as well."""
    await migrated(postgres, standby)
    return postgres, standby


async def migrated(postgres: OwnPostgres, standby: Standby) -> None:
    database = Database(postgres.url)
    await migrate(database)
    await database.close()
    standby.catch_up(postgres)


@contextmanager
def gateway(postgres: OwnPostgres, url: str, home: Path, **settings: Any) -> Iterator[Server]:
    with serving(postgres.url, home, migrates=False, SEGMENTS_REPLICA_URL=url, **settings) as server:
        yield server


@contextmanager
def replay_paused(standby: Standby) -> Iterator[None]:
    standby.pause_replay()
    try:
        yield
    finally:
        standby.resume_replay()


class Shop:
    """A tenant of a gateway."""

    def __init__(self, client: httpx.AsyncClient, tenant: str) -> None:
        self.client = client
        self.path = f"/customer-segment/{tenant}/segments"

    async def get(self, path: str, after: str | None = None) -> httpx.Response:
        return await self.client.get(f"{self.path}{path}", headers=headers(after))

    async def put(self, path: str) -> str:
        """Write a segment, and return the cursor of the write."""
        response = await self.client.put(f"{self.path}{path}", json=DOCUMENT)
        assert response.status_code in (201, 204), response.text
        return response.headers["Segments-Cursor"]

    async def ask(self, query: str, after: str | None = None, **body: Any) -> httpx.Response:
        return await self.client.post("/graphql", json={"query": query, **body}, headers=headers(after))

    async def segment(self, query: str = SEGMENT, after: str | None = None) -> Any:
        """The segment that a query finds."""
        response = await self.ask(query, after)
        assert "errors" not in response.json(), response.text
        return response.json()["data"]["segment"]

    async def reads(self) -> Mapping[str, float]:
        """The reads so far, by server, and those that fell back, by reason."""
        seen = await metrics_of(self.client)
        names = {
            name.split('"')[1]: value for name, value in seen.items() if "segments_re" in name and '"' in name
        }
        return {name: names[name] for name in ("primary", "standby", "behind", "failed")}

    async def state(self) -> tuple[int, Any]:
        response = await self.client.get("/readyz")
        return response.status_code, response.json()

    async def until_state(self, state: str) -> None:
        async with asyncio.timeout(60):
            while await self.state() != (200, {"status": "ready", "replica": state}):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


def headers(after: str | None) -> dict[str, str]:
    return {} if after is None else {"Segments-After": after}


@asynccontextmanager
async def shop_of(server: Server, connect: Connect, tenant: str) -> AsyncIterator[Shop]:
    async with connect(server.url) as client:
        yield Shop(client, tenant)


async def test_a_client_reads_its_own_writes_with_their_cursor(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, standby = servers
    with gateway(postgres, standby.url, home) as server:
        async with shop_of(server, connect, tenant) as shop:
            assert await shop.state() == (200, {"status": "ready", "replica": "used"})
            with replay_paused(standby):
                cursor = await shop.put("/gold")
                assert (await shop.get("/gold")).status_code == 404, "as old as the standby"
                assert await shop.segment() is None
                assert await shop.reads() == {"primary": 0, "standby": 2, "behind": 0, "failed": 0}
                assert (await shop.get("/gold", cursor)).json()["id"] == "gold"
                assert await shop.segment(SEGMENT, cursor) == {"id": "gold"}
                found = {"id": "gold", "customerAssignments": {"totalCount": 0}}
                assert await shop.segment(SEGMENTS, cursor) == found
                assert await shop.reads() == {"primary": 3, "standby": 2, "behind": 3, "failed": 0}
            standby.catch_up(postgres)
            assert (await shop.get("/gold", cursor)).json()["id"] == "gold"
            assert await shop.segment(SEGMENTS, cursor) == found
            assert await shop.reads() == {"primary": 3, "standby": 4, "behind": 3, "failed": 0}
    lines = [line for line in server.events("request") if "server" in line]
    assert [(line["server"], line.get("fallback")) for line in lines] == [
        *[("standby", None)] * 2,
        *[("primary", "behind")] * 3,
        *[("standby", None)] * 2,
    ]


async def test_a_write_that_leaves_no_change_has_a_cursor_as_well(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, standby = servers
    with gateway(postgres, standby.url, home) as server:
        async with shop_of(server, connect, tenant) as shop:
            for extensions, shown in (({"cursor": True}, True), ({"cursor": "true"}, False), ({}, False)):
                response = await shop.ask(UPSERT, extensions=extensions)
                asked = response.json().get("extensions")
                assert asked == ({"cursor": response.headers["Segments-Cursor"]} if shown else None)
            standby.catch_up(postgres)
            with replay_paused(standby):
                changed = UPSERT.replace('"Ada"', '"Lady"')
                cursor = (await shop.ask(changed)).headers["Segments-Cursor"]
                old, new = await shop.ask(CUSTOMER), await shop.ask(CUSTOMER, cursor)
                names = [one.json()["data"]["customer"]["firstName"] for one in (old, new)]
                assert names == ["Ada", "Lady"]
                unchanged = (await shop.ask(changed)).headers["Segments-Cursor"]
                assert unchanged == cursor
            standby.catch_up(postgres)
            before = await shop.reads()
            again = await shop.ask(CUSTOMER, cursor)
            assert again.json()["data"]["customer"]["firstName"] == "Lady"
            after = await shop.reads()
            assert after["standby"] - before["standby"] == 1
            changes = await shop.client.get(f"{shop.path[:-9]}/changes", params={"after": cursor})
            assert (changes.status_code, changes.json()["changes"]) == (200, [])


async def test_reads_after_a_mutation_and_the_feed_are_the_primarys(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, standby = servers
    with gateway(postgres, standby.url, home, SEGMENTS_BATCHING="true") as server:
        async with shop_of(server, connect, tenant) as shop:
            await shop.put("/gold")
            standby.catch_up(postgres)
            with replay_paused(standby):
                counted = '{ segment(id: "gold") { customerAssignments { totalCount } } }'
                batch = [{"query": counted}, {"query": ASSIGN}, {"query": counted}]
                response = await shop.client.post("/graphql", json=batch)
                before, written, after = (one["data"] for one in response.json())
                assert before == {"segment": {"customerAssignments": {"totalCount": 0}}}
                [result] = written["segmentCustomersAssign"]["results"]
                counts = result["customerAssignment"]["segment"]["customerAssignments"]
                assert counts == {"totalCount": 1}
                assert after == {"segment": {"customerAssignments": {"totalCount": 1}}}
                cursor = response.headers["Segments-Cursor"]
                feed = await shop.client.get(f"{shop.path[:-9]}/changes")
                assert feed.json()["cursor"] == cursor
                query = await shop.ask("{ changes { cursor } }")
                assert query.json()["data"]["changes"]["cursor"] == cursor


async def test_a_dead_standby_costs_no_read_its_answer(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, standby = servers
    with gateway(postgres, standby.url, home, **PATIENT) as server:
        async with shop_of(server, connect, tenant) as shop:
            cursor = await shop.put("/gold")
            standby.catch_up(postgres)
            await shop.segment(SEGMENTS, cursor)
            async with locked_segments(postgres.url):
                await standby.until(f"{LOCKS} AND granted AND mode = 'AccessExclusiveLock'", "1")
                waiting = [
                    asyncio.create_task(shop.get("/gold")),
                    asyncio.create_task(shop.get("/gold", cursor)),
                    asyncio.create_task(shop.segment(SEGMENT)),
                    asyncio.create_task(shop.segment(SEGMENTS, cursor)),
                ]
                await standby.until(f"{LOCKS} AND NOT granted", "4")
                standby.stop("immediate")
            rest, rest_after, found, several = await asyncio.gather(*waiting)
            assert (rest.status_code, rest_after.status_code) == (200, 200)
            assert (found, several["id"]) == ({"id": "gold"}, "gold")
            await shop.until_state("not used")
            assert (await shop.get("/gold")).status_code == 200
            assert await shop.segment(SEGMENTS, cursor) is not None
            standby.start()
            await shop.until_state("used")
            before = await shop.reads()
            await shop.get("/gold")
            assert (await shop.reads())["standby"] - before["standby"] == 1


async def test_reads_do_not_wait_for_a_silent_standby(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, standby = servers
    with (
        proxy_to(standby.url, is_pgbouncer=False) as proxy,
        gateway(postgres, proxy.url, home, **PATIENT) as server,
    ):
        async with shop_of(server, connect, tenant) as shop:
            cursor = await shop.put("/gold")
            standby.catch_up(postgres)
            reads = [shop.get("/gold", cursor) for _ in range(4)]
            assert {one.status_code for one in await asyncio.gather(*reads)} == {200}
            proxy.freeze(new=True)
            began = time.monotonic()
            statuses = [
                (await one).status_code
                for one in asyncio.as_completed([shop.get("/gold", cursor) for _ in range(20)])
            ]
            assert time.monotonic() - began < IN_TIME
            assert statuses == [200] * 20
            await shop.until_state("not used")
            proxy.heal()
            await shop.until_state("used")
            assert (await shop.get("/gold")).status_code == 200


async def test_a_gateway_begins_without_its_standby(
    servers: tuple[OwnPostgres, Standby], home: Path, connect: Connect, tenant: str
) -> None:
    postgres, _ = servers
    with gateway(postgres, "postgresql+asyncpg://nobody:hidden@127.0.0.1:1/none", home) as server:
        async with shop_of(server, connect, tenant) as shop:
            cursor = await shop.put("/gold")
            assert (await shop.get("/gold", cursor)).status_code == 200
            assert await shop.state() == (200, {"status": "ready", "replica": "not used"})
            assert await shop.reads() == {"primary": 1, "standby": 0, "behind": 0, "failed": 0}
    [line] = server.events("the standby is not used")
    assert line["reason"] == "the database cannot be reached"


async def test_a_fail_over(home: Path, connect: Connect, tenant: str) -> None:
    with own_postgres() as postgres, standby_of(postgres) as standby:
        await migrated(postgres, standby)
        with gateway(postgres, standby.url, home) as server:
            async with shop_of(server, connect, tenant) as shop:
                cursor = await shop.put("/gold")
                standby.catch_up(postgres)
                postgres.stop("immediate")
                assert (await shop.get("/gold", cursor)).status_code == 200, "the standby has it"
                standby.promote()
                assert await shop.segment(SEGMENTS, cursor) is not None
        with gateway(standby, standby.url, home) as server:
            async with shop_of(server, connect, tenant) as shop:
                assert await shop.state() == (200, {"status": "ready", "replica": "used, promoted"})
                later = await shop.put("/gold")
                assert (await shop.get("/gold", cursor)).status_code == 200
                assert (await shop.get("/gold", later)).status_code == 200

"""Connections to the database that die in silence: no FIN, no RST, and no answer."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from models.connection.database import Database
from models.migrate import migrate
from tests.survival.conftest import Connect
from tests.survival.pgbouncer import ABSENT, PROGRAM, pgbouncer_to
from tests.survival.postgres import OwnPostgres
from tests.survival.proxy import Proxy, proxy_to
from tests.survival.server import Server, serving
from tests.survival.test_shutdown import locked_segments, until_waiting

NEEDS_PGBOUNCER = pytest.mark.skipif(PROGRAM is None, reason=ABSENT)
ROUTES = ["direct", pytest.param("pgbouncer", marks=NEEDS_PGBOUNCER)]
READY_WITHIN = 2.0
ENDED_WITHIN = 15.0
SEGMENT = {"name": {"en": "Name"}, "siteCode": "main"}


@pytest.fixture
def path(tenant: str) -> str:
    return f"/customer-segment/{tenant}/segments"


@pytest.fixture(params=ROUTES)
async def proxy(request: pytest.FixtureRequest, postgres: OwnPostgres) -> AsyncIterator[Proxy]:
    """A proxy to PostgreSQL or to a PgBouncer in front of it, with the tables made."""
    database = Database(postgres.url)
    await migrate(database)
    await database.close()
    with ExitStack() as stack:
        is_pgbouncer = request.param == "pgbouncer"
        url = stack.enter_context(pgbouncer_to(postgres)) if is_pgbouncer else postgres.url
        yield stack.enter_context(proxy_to(url, is_pgbouncer=is_pgbouncer))


@contextmanager
def gateway(proxy: Proxy, home: Path, *, workers: int = 1, patience: float = 5.0) -> Iterator[Server]:
    settings = {
        "SEGMENTS_STATEMENT_TIMEOUT": "1",
        "SEGMENTS_POOL_WAIT": str(patience),
        "SEGMENTS_READS_PER_CALLER": "8",
        "SEGMENTS_PGBOUNCER": str(proxy.is_pgbouncer),
    }
    with serving(proxy.url, home, workers=workers, migrates=False, **settings) as server:
        yield server


async def open_connections(client: httpx.AsyncClient, postgres: OwnPostgres, path: str) -> None:
    """Have the gateway use every connection of its pools at once."""
    async with locked_segments(postgres.url):
        reads = [asyncio.create_task(client.get(path)) for _ in range(20)]
        writes = [asyncio.create_task(client.put(f"{path}/s{n}", json=SEGMENT)) for n in range(4)]
        await asyncio.sleep(0.5)
    answers = await asyncio.gather(*reads, *writes)
    assert {answer.status_code for answer in answers} == {200, 201}


async def status_in_time(client: httpx.AsyncClient, path: str, seconds: float) -> int:
    began = time.monotonic()
    status = (await client.get(path)).status_code
    assert time.monotonic() - began < seconds
    return status


async def until_ready(client: httpx.AsyncClient) -> None:
    """Each answer comes in time. PgBouncer, too, has to find out which of its connections are alive."""
    async with asyncio.timeout(30):
        while await status_in_time(client, "/readyz", READY_WITHIN) != 200:  # noqa: ASYNC110  (not our process)
            await asyncio.sleep(0.05)


async def end_in_time(server: Server) -> None:
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(server.process.wait, timeout=60)
    assert time.monotonic() - began < ENDED_WITHIN


async def test_connections_that_freeze_at_rest_cost_no_request_its_answer(
    proxy: Proxy, postgres: OwnPostgres, home: Path, connect: Connect, path: str
) -> None:
    with gateway(proxy, home) as server:
        async with connect(server.url) as client:
            await open_connections(client, postgres, path)
            await asyncio.sleep(0.2)
            before = proxy.connections
            assert before >= 10
            proxy.freeze()
            statuses = []
            for number in range(30):
                read = client.get(path)
                write = client.put(f"{path}/w{number % 3}", json=SEGMENT)
                statuses += [answer.status_code for answer in await asyncio.gather(read, write)]
            assert await status_in_time(client, "/readyz", READY_WITHIN) == 200
            assert set(statuses) <= {200, 201, 204}
            assert proxy.connections > before
            proxy.freeze()
            assert await status_in_time(client, "/readyz", READY_WITHIN) == 200
            proxy.freeze()
        await end_in_time(server)


async def test_only_requests_under_way_fail_when_every_connection_freezes(
    proxy: Proxy, postgres: OwnPostgres, home: Path, connect: Connect, path: str
) -> None:
    with gateway(proxy, home) as server:
        async with connect(server.url) as client:
            await open_connections(client, postgres, path)
            async with locked_segments(postgres.url) as holder:
                under_way = [asyncio.create_task(client.get(path)) for _ in range(8)]
                await until_waiting(holder, 8)
                proxy.freeze()
            ready = await status_in_time(client, "/readyz", READY_WITHIN)
            later = await asyncio.gather(*(client.get(path) for _ in range(40)))
            failed = await asyncio.gather(*under_way)
            assert [answer.status_code for answer in later] == [200] * 40
            assert [answer.status_code for answer in failed] == [503] * 8
            assert {answer.headers["Retry-After"] for answer in failed} == {"1"}
            assert ready == 200


@pytest.mark.parametrize(
    ("proxy", "workers"),
    [("direct", 1), ("direct", 2), pytest.param("pgbouncer", 1, marks=NEEDS_PGBOUNCER)],
    indirect=["proxy"],
)
async def test_readiness_and_the_end_of_the_process_do_not_wait_for_a_silent_database(
    proxy: Proxy, postgres: OwnPostgres, home: Path, connect: Connect, path: str, *, workers: int
) -> None:
    with gateway(proxy, home, workers=workers, patience=2) as server:
        async with connect(server.url) as client:
            await open_connections(client, postgres, path)
            proxy.freeze(new=True)
            reads = [asyncio.create_task(client.get(path)) for _ in range(4)]
            writes = [asyncio.create_task(client.put(f"{path}/w{n}", json=SEGMENT)) for n in range(4)]
            assert await status_in_time(client, "/readyz", READY_WITHIN) == 503
            answers = await asyncio.gather(*reads, *writes)
            assert {answer.status_code for answer in answers} == {503}
            proxy.heal()
            await until_ready(client)
            assert [(await client.get(path)).status_code for _ in range(20)] == [200] * 20
            proxy.freeze(new=True)
            lost = [asyncio.create_task(client.get(path)) for _ in range(4)]
            await asyncio.sleep(0.1)
            await end_in_time(server)
            await asyncio.gather(*lost, return_exceptions=True)


@pytest.mark.parametrize("proxy", ["direct"], indirect=True)  # how soon PgBouncer finds it again is its own
async def test_requests_are_answered_again_when_a_server_that_hangs_goes_on(
    postgres: OwnPostgres, proxy: Proxy, home: Path, connect: Connect, path: str
) -> None:
    with gateway(proxy, home, patience=2) as server:
        async with connect(server.url) as client:
            await open_connections(client, postgres, path)
            postgres.pause()
            try:
                answers = await asyncio.gather(*(client.get(path) for _ in range(20)))
                ready = await status_in_time(client, "/readyz", READY_WITHIN)
            finally:
                postgres.resume()
            assert {answer.status_code for answer in answers} == {503}
            assert ready == 503
            await until_ready(client)
            assert [(await client.get(path)).status_code for _ in range(20)] == [200] * 20

"""Several workers share one port, one PostgreSQL and one page of metrics; one may die at any time."""

import asyncio
import os
import re
import signal
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import Settings
from gateway.tokens import issue_token
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.survival.conftest import Connect
from tests.survival.server import SECRET, Server, serving

SIZE = 20


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    postgres_url: str = request.getfixturevalue("postgres_url")
    return postgres_url


async def write_bulk(client: httpx.AsyncClient, path: str, number: int) -> int | None:
    """The status of one bulk write of SIZE segments; None where no answer came."""
    body = [{"id": f"b{number}-{index}", "name": {"en": "N"}, "siteCode": "main"} for index in range(SIZE)]
    try:
        return (await client.post(f"{path}/bulk", json=body)).status_code
    except httpx.TransportError:
        return None


async def stored_bulks(client: httpx.AsyncClient, path: str) -> dict[int, int]:
    """How many segments of each bulk are there."""
    counts: dict[int, int] = {}
    page, rows = 1, [{"id": ""}]
    while rows:
        rows = (await client.get(path, params={"pageSize": "100", "pageNumber": str(page)})).json()
        page += 1
        for row in rows:
            number = int(row["id"].removeprefix("b").partition("-")[0])
            counts[number] = counts.get(number, 0) + 1
    return counts


async def kill_in_mid_write(server: Server, client: httpx.AsyncClient, path: str) -> set[int]:
    """The acknowledged ones of many bulk writes at once, during which every process is killed."""
    acknowledged: set[int] = set()
    first = asyncio.Event()

    async def write(number: int) -> None:
        if await write_bulk(client, path, number) == 207:
            acknowledged.add(number)
            first.set()

    writes = [asyncio.create_task(write(number)) for number in range(30)]
    await first.wait()
    for pid in [server.process.pid, *server.workers()]:
        os.kill(pid, signal.SIGKILL)
    await asyncio.gather(*writes)
    return acknowledged


async def test_what_is_killed_in_mid_write_leaves_nothing_half_written(
    url: str, home: Path, connect: Connect, tenant: str
) -> None:
    path = f"/customer-segment/{tenant}/segments"
    with serving(url, home) as server:
        async with connect(server.url) as client:
            acknowledged = await kill_in_mid_write(server, client, path)
    settings = Settings(home=home, database_url=url, token_secret=SecretStr(SECRET))
    async with client_of(create_app(settings)) as client:
        client.headers["Authorization"] = f"Bearer {issue_token(SECRET, tenant, [Scope.READ, Scope.MANAGE])}"
        stored = await stored_bulks(client, path)
        repeated = await write_bulk(client, path, 99)
    assert 0 < len(acknowledged) < 30
    assert acknowledged <= set(stored)
    assert set(stored.values()) == {SIZE}, "each bulk is there as a whole or not at all"
    assert repeated == 207


async def test_workers_share_their_metrics_and_one_that_dies_is_replaced(
    postgres_url: str, home: Path, connect: Connect, tenant: str
) -> None:
    """The kernel spreads connections over the workers, so whichever is asked has to know of all."""
    path = f"/customer-segment/{tenant}/segments"
    anew = {"Connection": "close"}
    with serving(postgres_url, home, "--workers", "2") as server:
        async with connect(server.url) as client:
            for _ in range(20):
                assert (await client.get(path, headers=anew)).status_code == 200
            pages = [(await client.get("/metrics", headers=anew)).text for _ in range(4)]
            before = server.workers()
            os.kill(before[0], signal.SIGKILL)
            async with asyncio.timeout(60):
                while len(server.workers()) < 2 or before[0] in server.workers():  # noqa: ASYNC110  # not our process
                    await asyncio.sleep(0.05)
            assert (await client.get(path, headers=anew)).status_code == 200
            pages.append((await client.get("/metrics", headers=anew)).text)
    counted = [
        re.findall(r'operation="GET-customer-segment-retrieve-segments",outcome="ok"} (\S+)', page)
        for page in pages
    ]
    assert len(before) == 2
    assert counted == [["20.0"]] * 4 + [["21.0"]], "what a dead worker counted has happened"

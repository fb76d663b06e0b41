"""Several workers share one port, one PostgreSQL and one page of metrics; one may die at any time."""

import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.survival.conftest import Connect
from tests.survival.server import PATIENCE, READY, SECRET, Server, serving

SIZE = 20
END_TIME = 15
ANEW = {"Connection": "close"}
"""Over a connection of its own, for any worker to take."""


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


async def requests_on_the_page(client: httpx.AsyncClient) -> str:
    """How often the list of segments has been asked for, says whichever worker takes the connection."""
    page = (await client.get("/metrics", headers=ANEW)).text
    counted = re.search(r'operation="GET-customer-segment-retrieve-segments",outcome="ok"} (\S+)', page)
    return counted[1] if counted else "0.0"


async def until_counted(client: httpx.AsyncClient, count: str) -> None:
    """An answer is counted when it is out, so whoever has it may be ahead of the page."""
    async with asyncio.timeout(PATIENCE):
        while await requests_on_the_page(client) != count:  # noqa: ASYNC110  # not our process
            await asyncio.sleep(0.01)


async def test_workers_share_their_metrics_and_one_that_dies_is_replaced(
    postgres_url: str, home: Path, connect: Connect, tenant: str
) -> None:
    """The kernel spreads connections over the workers, so whichever is asked has to know of all."""
    path = f"/customer-segment/{tenant}/segments"
    with serving(postgres_url, home, workers=2) as server:
        async with connect(server.url) as client:
            statuses = [(await client.get(path, headers=ANEW)).status_code for _ in range(20)]
            await until_counted(client, "20.0")
            pages = {await requests_on_the_page(client) for _ in range(8)}
            before = server.workers()
            os.kill(before[0], signal.SIGKILL)
            await asyncio.to_thread(server.wait_for_workers, 3)
            after = server.workers()
            statuses.append((await client.get(path, headers=ANEW)).status_code)
            await until_counted(client, "21.0")
    assert statuses == [200] * 21
    assert pages == {"20.0"}, "each worker knows what the other has counted"
    assert len(before) == len(after) == 2
    assert set(before) & set(after) == {before[1]}, "one was replaced, the other stayed"


async def test_workers_are_replaced_on_demand_without_a_lost_request(
    tmp_path: Path, home: Path, connect: Connect, tenant: str
) -> None:
    """Neither on new connections nor on one that is in use at least every two seconds."""
    path = f"/customer-segment/{tenant}/segments"
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    answers: list[httpx.Response] = []
    kept: list[httpx.Response] = []
    with serving(url, home, workers=2) as server:
        async with connect(server.url) as client, connect(server.url) as keeping:
            before, fork_servers = set(server.workers()), server.fork_servers()
            kept.append(await keeping.get(path))
            server.process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(PATIENCE):
                while before & set(server.workers()):
                    answers.append(await client.get(path, headers=ANEW))
                    kept.append(await keeping.get(path))
                    await asyncio.sleep(0.01)
            after = server.workers()
            async with asyncio.timeout(PATIENCE):
                while set(fork_servers) & set(server.fork_servers()):  # noqa: ASYNC110  # not our process
                    await asyncio.sleep(0.01)
            assert len(server.fork_servers()) == 1, "one that has imported what is installed now"
    assert (len(before), len(after)) == (2, 2)
    assert len(answers) > 2
    assert {answer.status_code for answer in answers + kept} == {200}
    assert kept[0].headers.get("connection") is None
    assert "close" in {answer.headers.get("connection") for answer in kept}, (
        "the old worker said that it leaves"
    )


async def test_the_end_does_not_wait_for_successors(tmp_path: Path, home: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    with serving(url, home, workers=2) as server:
        before = set(server.workers())
        server.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(PATIENCE):
            while set(server.workers()) == before:  # noqa: ASYNC110  (not our process)
                await asyncio.sleep(0.01)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(server.process.wait, timeout=PATIENCE)
    assert (status, time.monotonic() - began < END_TIME) == (0, True)


async def test_the_end_does_not_wait_for_a_worker_that_hangs(tmp_path: Path, home: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    with serving(url, home, workers=2) as server:
        hanging = server.workers()[0]
        os.kill(hanging, signal.SIGSTOP)
        await asyncio.sleep(1)  # the parent waits for its answer by now
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(server.process.wait, timeout=PATIENCE)
        took = time.monotonic() - began
    assert (status, took < END_TIME) == (0, True)
    with pytest.raises(ProcessLookupError):
        os.kill(hanging, 0)


async def test_a_fork_server_that_dies_is_replaced(tmp_path: Path, home: Path, connect: Connect) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    with serving(url, home, workers=2) as server:
        killed, stays = server.workers()
        os.kill(server.fork_servers()[0], signal.SIGKILL)
        async with connect(server.url) as client:
            statuses = [(await client.get("/readyz", headers=ANEW)).status_code for _ in range(10)]
            os.kill(killed, signal.SIGKILL)
            await asyncio.to_thread(server.wait_for_workers, 3)
            statuses += [(await client.get("/readyz", headers=ANEW)).status_code for _ in range(10)]
        assert server.workers() != [killed]
        server.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.process.wait, timeout=PATIENCE) == 0
    assert statuses == [200] * 20
    assert not is_running(stays)


async def test_workers_leave_when_their_parent_is_gone(tmp_path: Path, home: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    with serving(url, home, workers=2) as server:
        family = [*server.fork_servers(), *server.workers()]
        server.process.kill()
        async with asyncio.timeout(PATIENCE):
            while any(map(is_running, family)):  # noqa: ASYNC110  # not our processes
                await asyncio.sleep(0.01)
    assert len(family) == 3


def is_running(pid: int) -> bool:
    """Whether there is such a process; one that has ended may wait for whoever asks for its status."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_workers_are_programs_where_a_system_cannot_fork(tmp_path: Path, home: Path) -> None:
    program = (
        "import gateway.server.fork_server as f; f.CAN_FORK = False; from gateway.cli import main; main()"
    )
    command = [sys.executable, "-c", program]
    url = f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    with serving(url, home, workers=2, command=command) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=PATIENCE) == 0
    assert len(server.events(READY)) == 2

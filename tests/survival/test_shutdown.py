"""SIGTERM: what is under way is finished, and nothing new is taken on."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from tests.gateway.serving import http_client
from tests.survival.conftest import Connect
from tests.survival.server import serving

WAITING = text("SELECT count(*) FROM pg_locks WHERE relation = 'segment'::regclass AND NOT granted")


@asynccontextmanager
async def locked_segments(url: str) -> AsyncIterator[AsyncConnection]:
    """Nobody can read a segment until the block ends."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE segment IN ACCESS EXCLUSIVE MODE"))
        yield connection
    await engine.dispose()


async def until_waiting(connection: AsyncConnection, count: int) -> None:
    async with asyncio.timeout(30):
        while await connection.scalar(WAITING) != count:  # noqa: ASYNC110  # not our process
            await asyncio.sleep(0.01)


async def until_refused(url: str) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                async with http_client(url, timeout=1) as newcomer:
                    await newcomer.get("/readyz")
            except httpx.ConnectError:
                return
            except httpx.HTTPError:  # it was let in and sent away: the listener is about to close
                continue


@pytest.mark.parametrize("workers", [1, 2])
async def test_requests_under_way_are_answered_and_new_ones_refused(
    postgres_url: str, home: Path, connect: Connect, tenant: str, workers: int
) -> None:
    path = f"/customer-segment/{tenant}/segments"
    with serving(
        postgres_url, home, workers=workers, SEGMENTS_STATEMENT_TIMEOUT="30", SEGMENTS_POOL_SIZE="8"
    ) as server:
        async with connect(server.url) as client:
            assert (await client.get(path)).status_code == 200
            async with locked_segments(postgres_url) as holder:
                under_way = [asyncio.create_task(client.get(path)) for _ in range(3)]
                await until_waiting(holder, 3)
                server.process.send_signal(signal.SIGTERM)
                await until_refused(server.url)
                assert not any(task.done() for task in under_way)
            answers = await asyncio.gather(*under_way)
        ended = await asyncio.to_thread(server.process.wait, timeout=20)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert ended == (0 if workers > 1 else -signal.SIGTERM), "uvicorn passes the signal on"
    assert [line["status"] for line in server.events("request")][:4] == [200, 200, 200, 200]

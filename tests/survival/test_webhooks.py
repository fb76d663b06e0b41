"""Deliveries to webhooks by real processes: killed, stopped, and two at a time."""

import asyncio
import os
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import select

from gateway.commands.deliver import deliver
from gateway.server.fork_server import ForkedProcess, ForkServer
from models.connection.database import Database
from models.migrate import migrate
from models.tables.webhook import webhook
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.factories.webhooks import add_webhook
from tests.gateway.webhooks.receiver import Received, Receiver, receiving

KILLS: Final = int(os.environ.get("SEGMENTS_TEST_KILLS", "5"))
"""After each of them a lease has to end, which takes two seconds."""
STALLED: Final = 60
"""Seconds without a delivery. How long all take depends on the number of kills, as writes do not wait."""
SEGMENTS: Final = 8
WRITES: Final = 12
"""Of each segment, between two kills."""


@pytest.fixture
async def shop(empty_database_url: str, tenant: str) -> AsyncIterator[Shop]:
    database = Database(empty_database_url)
    await migrate(database)
    shop = Shop(database, tenant)
    yield Shop(database, tenant, replace(shop.policy, webhook_keys=(b"k" * 32,), cursor_secret=b"c" * 32))
    await database.close()


@pytest.fixture
def deliverers(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    """What processes that deliver are forked from; as programs, each would first import for half a second."""
    for name in [name for name in os.environ if name.startswith("SEGMENTS_")]:
        monkeypatch.delenv(name)
    environment = {
        "SEGMENTS_DATABASE_URL": empty_database_url,
        "SEGMENTS_WEBHOOK_KEY": "k" * 32,
        "SEGMENTS_CURSOR_SECRET": "c" * 32,
        "SEGMENTS_WEBHOOK_ALLOW_PRIVATE": "true",
        "SEGMENTS_WEBHOOK_TIMEOUT": "0.5",
        "SEGMENTS_LOG_FORMAT": "json",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    deliverers = ForkServer(["gateway.commands.deliver"])
    yield deliverers
    deliverers.close()
    assert deliverers.has_ended(within=60)


@contextmanager
def delivering(deliverers: ForkServer) -> Iterator[ForkedProcess]:
    """A process that delivers. It is killed at the end."""
    process = deliverers.fork(deliver, files=[])
    try:
        yield process
    finally:
        process.kill()


def judge(requests: list[Received], changes: int) -> None:
    """Each change came, repetitions with the same id, and the versions of each segment in order."""
    versions: defaultdict[str, list[int]] = defaultdict(list)
    cursors: dict[str, str] = {}
    for request in requests:
        data = request.event["data"]
        message_id, version = request.headers["webhook-id"], data["metadata"]["version"]
        assert cursors.setdefault(message_id, request.event["cursor"]) == request.event["cursor"]
        if version not in versions[data["id"]]:
            versions[data["id"]].append(version)
    assert len(cursors) == len(set(cursors.values())) == changes
    assert list(versions.values()) == [list(range(1, changes // SEGMENTS + 1))] * SEGMENTS


async def write(shop: Shop, times: int) -> None:
    for _ in range(times):
        await shop.segments(*(segment(f"s{number}") for number in range(SEGMENTS)))


async def delivered(shop: Shop, changes: int) -> None:
    statement = select(webhook.c.seq).where(webhook.c.tenant == shop.tenant)
    seq = 0
    while seq < changes:
        async with asyncio.timeout(STALLED):
            while (latest := await _value(shop, statement)) == seq:  # noqa: ASYNC110  (a row has no event)
                await asyncio.sleep(0.05)
        seq = latest


async def _value(shop: Shop, statement: Any) -> Any:
    async with shop.database.read() as snapshot:
        return await snapshot.value(statement)


async def holder(shop: Shop) -> int | None:
    """The process that has the lease, by its id."""
    statement = select(webhook.c.lease_owner).where(webhook.c.tenant == shop.tenant)
    owner = await _value(shop, statement)
    return None if owner is None else int(owner.rpartition("/")[2])


async def kill_holder(shop: Shop, receiver: Receiver, running: set[int]) -> int:
    """Kill the process that delivers, somewhere between two saves of its progress; its id.

    The one that was killed before has its lease until another takes it over.
    """
    before = len(receiver.accepted)
    await write(shop, WRITES)
    await receiver.wait_for(before + random.randint(1, WRITES * SEGMENTS // 4))  # noqa: S311
    while (pid := await holder(shop)) not in running:  # noqa: ASYNC110  (a row has no event)
        await asyncio.sleep(0.001)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_a_killed_process_loses_nothing_and_breaks_no_order(shop: Shop, deliverers: ForkServer) -> None:
    changes = KILLS * WRITES * SEGMENTS
    async with receiving() as receiver:
        receiver.before_answer = lambda: asyncio.sleep(0.01)
        await add_webhook(shop, url=receiver.url)
        with ExitStack() as stack:
            running = [stack.enter_context(delivering(deliverers)) for _ in range(2)]
            for _ in range(KILLS):
                killed = await kill_holder(shop, receiver, {process.pid for process in running})
                running = [process for process in running if process.pid != killed]
                assert len(running) == 1
                running.append(stack.enter_context(delivering(deliverers)))
            await delivered(shop, changes)
            for process in running:
                os.kill(process.pid, signal.SIGTERM)
                await asyncio.to_thread(process.join, 20)
                assert process.exitcode == 0
        judge(receiver.accepted, changes)
        assert await holder(shop) is None

"""Streams when the server leaves: they end at once, and keep no process from ending."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from gateway.websocket.connection import INITIALISATION_TIME
from tests.gateway.streaming import Socket, Tenant
from tests.survival.server import SECRET, serving

SUBSCRIPTION = "subscription { changes { cursor } }"
QUICK = 8
"""Seconds. Requests under way have ten to end, and a process is killed after twelve."""


@pytest.mark.parametrize(
    ("workers", "number"), [(1, signal.SIGTERM), (2, signal.SIGTERM), (2, signal.SIGHUP)]
)
async def test_streams_end_when_the_server_leaves(
    database_url: str, home: Path, tenant: str, workers: int, number: signal.Signals
) -> None:
    with serving(database_url, home, workers=workers) as server:
        shop = Tenant(server.url, tenant, SECRET)
        await shop.put("s")
        opened = time.monotonic()
        async with (
            shop.rest() as rest,
            shop.graphql(SUBSCRIPTION) as graphql,
            shop.greeted() as socket,
            shop.socket() as silent,
        ):
            await rest.next()
            await graphql.next()
            await socket.subscribe("1", SUBSCRIPTION)
            assert (await socket.next())["type"] == "next"
            began = time.monotonic()
            server.process.send_signal(number)
            ends = await asyncio.gather(socket.closed(), Socket(silent).closed(), rest.next(), graphql.next())
            lasted = time.monotonic() - opened
            assert ends[0][0] == 1012
            # Where successors take long to start, the time of who says nothing is over first.
            assert ends[1][0] == 1012 or (ends[1][0] == 4408 and lasted >= INITIALISATION_TIME)
            assert set(ends[2:]) == {None}
        if number is signal.SIGHUP:
            async with shop.greeted() as again:
                await again.subscribe("1", SUBSCRIPTION)
                assert (await again.next())["type"] == "next"
        else:
            await asyncio.to_thread(server.process.wait, timeout=20)
            assert time.monotonic() - began < QUICK
    ended = {line["kind"] for line in server.events("stream ended") if line["reason"] == "server leaves"}
    assert ended == {"rest_sse", "graphql_sse", "websocket"}

"""Readers of the change feed, in every way at once, while workers of the gateway are killed."""

import asyncio
import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.exceptions import WebSocketException

from tests.gateway.follower import Follower
from tests.gateway.streaming import PATIENCE, Tenant
from tests.gateway.webhooks.receiver import Receiver, receiving
from tests.survival.server import SECRET, Server, serving

KILLS: Final = int(os.environ.get("SEGMENTS_TEST_KILLS", "20"))
WRITERS: Final = 3
LONGEST_READ: Final = 1.0
"""Seconds: a reader that is cut off goes on from its last cursor, as after any other loss."""
LOST: Final = (httpx.TransportError, WebSocketException, OSError, TimeoutError)
"""How a client finds out that its connection is no more."""
WEBHOOKS: Final[dict[str, Any]] = {
    "SEGMENTS_WEBHOOK_KEY": "k" * 32,
    "SEGMENTS_WEBHOOK_ALLOW_PRIVATE": "true",
    "SEGMENTS_WEBHOOK_TIMEOUT": "0.5",
}
"""The lease of a worker that is killed ends after four times as long, so that others deliver in between."""
DOCUMENT: Final = {"name": {"en": "x"}, "siteCode": "main"}


class Play:
    """Writers and readers of a tenant. `acknowledged` counts writes that were answered, by segment."""

    def __init__(self, shop: Tenant) -> None:
        self.shop = shop
        self.acknowledged: Counter[str] = Counter()
        self.is_writing = True
        self.goal: int | None = None
        """How many changes there are in the end."""

    async def create_webhook(self, url: str) -> None:
        """Have each change posted to the URL."""
        create = 'mutation ($url: String!) { webhookCreate(input: {name: "h", url: $url}) { secret } }'
        async with self.shop.client() as client:
            answer = await client.post("/graphql", json={"query": create, "variables": {"url": url}})
        assert answer.json()["data"]["webhookCreate"]["secret"], answer.text

    async def write(self, segment_id: str) -> None:
        """Write a segment again and again."""
        path = f"/customer-segment/{self.shop.name}/segments/{segment_id}"
        async with self.shop.client() as client:
            while self.is_writing:
                try:
                    response = await client.put(path, json=DOCUMENT)
                except LOST:
                    continue
                assert response.status_code in {201, 204}, response.text
                self.acknowledged[segment_id] += 1
                await asyncio.sleep(0.05)

    async def follow(self, follower: Follower, read: Callable[[], Awaitable[None]], pause: float) -> None:
        """Read in one way until everything is read, from the last cursor on after each loss."""
        while self.goal is None or len(follower.seen) < self.goal:
            try:
                async with asyncio.timeout(LONGEST_READ):
                    await read()
            except LOST:
                await asyncio.sleep(0.01)
            await asyncio.sleep(pause if self.goal is None else 0)

    async def events(self) -> list[dict[str, Any]]:
        """All that there is to read."""
        events: list[dict[str, Any]] = []
        batch: dict[str, Any] = {"cursor": "", "hasMore": True}
        async with self.shop.client() as client:
            while batch["hasMore"]:
                path = f"/customer-segment/{self.shop.name}/changes?limit=1000&after={batch['cursor']}"
                batch = (await client.get(path)).json()
                events += batch["changes"]
        return events


async def kill_one_after_another(server: Server) -> None:
    """Kill either of two workers at any moment, once the one before is replaced."""
    for number in range(KILLS):
        await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311
        os.kill(random.choice(server.workers()), signal.SIGKILL)  # noqa: S311
        await asyncio.to_thread(server.wait_for_workers, 3 + number)


async def test_no_reader_misses_a_change_when_workers_are_killed(url: str, home: Path, tenant: str) -> None:
    async with receiving() as receiver:
        with serving(url, home, workers=2, **WEBHOOKS) as server:
            shop = Tenant(server.url, tenant, SECRET)
            followers, events, acknowledged = await follow_while_workers_are_killed(server, shop, receiver)
    cursors = [event["cursor"] for event in events]
    for follower in followers:
        assert [cursor for cursor, _ in follower.seen] == cursors
    check_versions(events, acknowledged)
    received = [request.event for request in receiver.accepted]
    by_id = {request.headers["webhook-id"]: request.event["cursor"] for request in receiver.accepted}
    assert len(by_id) == len(set(by_id.values())), "a repetition has the same id"
    first_of_each = {event["cursor"]: event for event in reversed(received)}
    assert sorted(first_of_each) == sorted(cursors)
    arrived = [event for event in received if first_of_each.pop(event["cursor"], None)]
    check_versions(arrived, acknowledged)


def check_versions(events: list[dict[str, Any]], acknowledged: Counter[str]) -> None:
    """Those of each segment are there from the first on, in order, and no fewer than were acknowledged."""
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        versions[event["data"]["id"]].append(event["data"]["metadata"]["version"])
    assert set(versions) == set(acknowledged)
    for segment_id, seen in versions.items():
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) >= acknowledged[segment_id] > 0


async def follow_while_workers_are_killed(
    server: Server, shop: Tenant, receiver: Receiver
) -> tuple[list[Follower], list[dict[str, Any]], Counter[str]]:
    """Those who followed, all that there was to read, and the acknowledged writes of each segment."""
    play = Play(shop)
    await play.create_webhook(receiver.url)
    followers = [Follower(shop, random.Random(way)) for way in range(6)]  # noqa: S311
    for follower in followers:
        await follower.begin()
    first, second, third, fourth, fifth, slow = followers
    ways = [
        first.query,
        second.list,
        third.rest_stream,
        fourth.graphql_stream,
        fifth.socket,
        slow.rest_stream,
    ]
    pauses = [0.0, 0.05, 0.0, 0.0, 0.0, 0.2]
    writing = [asyncio.create_task(play.write(f"s{number}")) for number in range(WRITERS)]
    reading = [asyncio.create_task(play.follow(*each)) for each in zip(followers, ways, pauses, strict=True)]
    await kill_one_after_another(server)
    play.is_writing = False
    await asyncio.gather(*writing)
    events = await play.events()
    play.goal = len(events)
    async with asyncio.timeout(4 * PATIENCE + KILLS / 5):
        await asyncio.gather(*reading)
        while len({request.headers["webhook-id"] for request in receiver.accepted}) < play.goal:
            await receiver.wait_for(len(receiver.accepted) + 1)
    return followers, events, play.acknowledged

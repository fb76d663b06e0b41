"""A reader of the change feed that goes on from its cursor, in whatever way."""

import asyncio
import random
from typing import Any, Final

from tests.gateway.streaming import PATIENCE, Tenant

QUERY: Final = """
query ($after: String, $wait: Int) {
  changes(after: $after, first: 7, waitSeconds: $wait) { changes { cursor type segmentId } cursor }
}
"""
SUBSCRIPTION: Final = """
subscription ($after: String) { changes(after: $after) { changes { cursor type segmentId } cursor } }
"""


class Follower:
    """Follows a tenant in one way after another, from cursor to cursor."""

    def __init__(self, shop: Tenant, chance: random.Random) -> None:
        self._shop = shop
        self._chance = chance
        self.cursor = ""
        self.seen: list[tuple[str, str]] = []

    async def begin(self) -> None:
        async with self._shop.client() as client:
            answer = await client.post("/graphql", json={"query": "{ changesCursor }"})
        self.cursor = answer.json()["data"]["changesCursor"]

    async def read_on(self) -> None:
        ways = [self.query, self.list, self.rest_stream, self.graphql_stream, self.socket]
        async with asyncio.timeout(PATIENCE):
            await self._chance.choice(ways)()

    async def query(self) -> None:
        async with self._shop.client() as client:
            variables = {"after": self.cursor, "wait": self._chance.randrange(2)}
            answer = await client.post("/graphql", json={"query": QUERY, "variables": variables})
        self._take(answer.json())

    async def list(self) -> None:
        path = f"/customer-segment/{self._shop.name}/changes?after={self.cursor}&limit=7"
        async with self._shop.client() as client:
            batch = (await client.get(path)).json()
        self.seen += [(one["cursor"], type_of(one["type"])) for one in batch["changes"]]
        self.cursor = batch["cursor"]

    async def rest_stream(self) -> None:
        async with self._shop.rest(headers={"Last-Event-ID": self.cursor}) as events:
            for _ in range(self._chance.randrange(1, 6)):
                event = await events.next()
                if event is None:  # the gateway ended it
                    return
                self.seen.append((event.id, type_of(event.kind)))
                self.cursor = event.id

    async def graphql_stream(self) -> None:
        async with self._shop.graphql(SUBSCRIPTION, {"after": self.cursor}) as events:
            for _ in range(self._chance.randrange(1, 4)):
                event = await events.next()
                if event is None:
                    return
                self._take(event.json)

    async def socket(self) -> None:
        async with self._shop.greeted() as socket:
            await socket.subscribe("1", SUBSCRIPTION, after=self.cursor)
            for _ in range(self._chance.randrange(1, 4)):
                self._take((await socket.next())["payload"])

    def _take(self, response: Any) -> None:
        batch = response["data"]["changes"]
        self.seen += [(one["cursor"], one["type"]) for one in batch["changes"]]
        self.cursor = batch["cursor"]


def type_of(event: str) -> str:
    """`SEGMENT_CREATED` of `customer-segment.segment-created`."""
    return event.removeprefix("customer-segment.").upper().replace("-", "_")

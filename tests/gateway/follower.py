"""A reader of the change feed that goes on from its cursor, in whatever way."""

import asyncio
import random
from contextlib import suppress
from typing import Any, Final

import httpx

from resolvers.changes.cursor import CursorSeal
from tests.gateway.streaming import PATIENCE, Tenant
from tests.gateway.webhooks.receiver import receiving

QUERY: Final = """
query ($after: String, $wait: Int) {
  changes(after: $after, first: 7, waitSeconds: $wait) { changes { cursor type segmentId } cursor }
}
"""
SUBSCRIPTION: Final = """
subscription ($after: String) { changes(after: $after) { changes { cursor type segmentId } cursor } }
"""


CREATE: Final = """
mutation ($url: String!, $after: String!) {
  webhookCreate(input: {name: "Follower", url: $url, after: $after}) { webhook { id } userErrors { message } }
}
"""
REACHED: Final = "query ($id: ID!) { webhook(id: $id) { cursor } }"
DELETE: Final = "mutation ($id: ID!) { webhookDelete(id: $id) { userErrors { message } } }"
WEBHOOK_TIME: Final = 2.0
"""Seconds that a webhook has to deliver something, where nothing may be written any more."""


class Follower:
    """Follows a tenant in one way after another, from cursor to cursor.

    A webhook is one of the ways where a seal is given: it posts each segment's changes in their order, and
    those of different segments in any.
    """

    def __init__(self, shop: Tenant, chance: random.Random, seal: CursorSeal | None = None) -> None:
        self._shop = shop
        self._chance = chance
        self._seal = seal
        self.cursor = ""
        self.seen: list[tuple[str, str]] = []

    async def begin(self) -> None:
        async with self._shop.client() as client:
            answer = await client.post("/graphql", json={"query": "{ changesCursor }"})
        self.cursor = answer.json()["data"]["changesCursor"]

    async def read_on(self) -> None:
        ways = [self.query, self.list, self.rest_stream, self.graphql_stream, self.socket]
        if self._seal is not None:
            ways.append(self.webhook)
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

    async def webhook(self) -> None:
        """Have changes posted for a while. All up to the webhook's own cursor were received."""
        async with receiving() as receiver, self._shop.client() as client:
            created = await self._ask(client, CREATE, url=receiver.url, after=self.cursor)
            webhook_id = created["webhookCreate"]["webhook"]["id"]
            reached = self.cursor
            with suppress(TimeoutError):
                async with asyncio.timeout(WEBHOOK_TIME):
                    while reached == self.cursor:
                        await asyncio.sleep(0.02)
                        reached = (await self._ask(client, REACHED, id=webhook_id))["webhook"]["cursor"]
            await self._ask(client, DELETE, id=webhook_id)
        received = {self._seq(one.event["cursor"]): one.event for one in receiver.accepted}
        for seq in sorted(seq for seq in received if seq <= self._seq(reached)):
            self.seen.append((received[seq]["cursor"], type_of(received[seq]["type"])))
        self.cursor = reached

    async def _ask(self, client: httpx.AsyncClient, query: str, **variables: str) -> Any:
        answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def _seq(self, cursor: str) -> int:
        assert self._seal is not None
        return self._seal.position(self._shop.name, cursor).seq

    def _take(self, response: Any) -> None:
        batch = response["data"]["changes"]
        self.seen += [(one["cursor"], one["type"]) for one in batch["changes"]]
        self.cursor = batch["cursor"]


def type_of(event: str) -> str:
    """`SEGMENT_CREATED` of `customer-segment.segment-created`."""
    return event.removeprefix("customer-segment.").upper().replace("-", "_")

"""Following changes where PgBouncer pools transactions: no way needs a connection of its own between them."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from models.connection.database import Database
from models.migrate import migrate
from tests.gateway.follower import SUBSCRIPTION, Follower, type_of
from tests.gateway.streaming import PATIENCE, Tenant
from tests.gateway.webhooks.receiver import receiving
from tests.survival.pgbouncer import ABSENT, PROGRAM, pgbouncer_to
from tests.survival.postgres import OwnPostgres
from tests.survival.server import SECRET, serving

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=ABSENT)

CREATE: Final = 'mutation ($url: String!) { webhookCreate(input: {name: "h", url: $url}) { secret } }'
WRITES: Final = 30
LONGEST_READ: Final = 1.0


async def test_every_way_of_following_works_behind_pgbouncer(
    postgres: OwnPostgres, home: Path, tenant: str
) -> None:
    """Two workers: what one has written reaches the streams of the other by the database alone."""
    database = Database(postgres.url)
    await migrate(database)
    await database.close()
    names = [f"s{number % 5}" for number in range(WRITES)]
    async with receiving() as receiver:
        with (
            pgbouncer_to(postgres) as url,
            serving(
                url,
                home,
                workers=2,
                migrates=False,
                SEGMENTS_PGBOUNCER="true",
                SEGMENTS_WEBHOOK_KEY="k" * 32,
                SEGMENTS_WEBHOOK_ALLOW_PRIVATE="true",
            ) as server,
        ):
            shop = Tenant(server.url, tenant, SECRET)
            async with shop.client() as client:
                body = {"query": CREATE, "variables": {"url": receiver.url}}
                assert (await client.post("/graphql", json=body)).json()["data"]["webhookCreate"]["secret"]
            followers = [Follower(shop, random.Random(way)) for way in range(5)]  # noqa: S311
            for follower in followers:
                await follower.begin()
            one, two, three, four, five = followers
            ways = [one.query, two.list, three.rest_stream, four.graphql_stream, five.socket]

            async def follow(at: int) -> None:
                """A stream that waits for more than there is to come is cut off."""
                while len(followers[at].seen) < WRITES:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LONGEST_READ):
                            await ways[at]()

            async with (
                shop.rest() as rest,
                shop.graphql(SUBSCRIPTION) as graphql,
                shop.greeted() as socket,
                asyncio.timeout(PATIENCE),
            ):
                assert await rest.next() is not None
                assert await graphql.next() is not None
                await socket.subscribe("1", SUBSCRIPTION)
                await socket.next()
                following = asyncio.gather(*(follow(at) for at in range(5)))
                await shop.put(*names)
                await following
                pushed: list[tuple[str, str]] = []
                while len(pushed) < WRITES:
                    event = await rest.next()
                    assert event is not None
                    pushed.append((event.id, type_of(event.kind)))
                messages: list[tuple[str, str]] = []
                while len(messages) < WRITES:
                    batch = (await socket.next())["payload"]["data"]["changes"]
                    messages += [(change["cursor"], change["type"]) for change in batch["changes"]]
                await receiver.wait_for(WRITES)
    assert [kind for _, kind in pushed] == ["SEGMENT_CREATED"] * 5 + ["SEGMENT_UPDATED"] * (WRITES - 5)
    assert [messages, *(follower.seen for follower in followers)] == [pushed] * 6
    posted = {request.event["cursor"] for request in receiver.accepted}
    assert posted == {cursor for cursor, _ in pushed}

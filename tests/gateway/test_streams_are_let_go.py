"""Nothing stays behind of a stream when its client goes, or when the log that it follows is replaced."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.heads import Heads
from models.connection.session import Transaction
from models.tables.change import change_head
from resolvers.access import Reader
from resolvers.changes import follow
from resolvers.changes.feed import Feeds
from resolvers.changes.log import new_epoch
from resolvers.changes.read import Start, starting_point
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.gateway.serving import listening
from tests.gateway.streaming import PATIENCE, Tenant

FOLLOW = "subscription { changes { changes { segmentId } cursor } }"


class Followed:
    """What is followed in the process of the gateway."""

    feeds: list[Feeds]
    heads: list[Heads]

    @classmethod
    async def nothing(cls) -> None:
        """Return when nobody follows anything."""
        async with asyncio.timeout(PATIENCE):
            while any(one._feeds for one in cls.feeds) or any(one._listeners for one in cls.heads):  # noqa: ASYNC110, SLF001
                await asyncio.sleep(0.01)


@pytest.fixture
async def shop(
    settings: Settings, tenant: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Tenant]:
    Followed.feeds, Followed.heads = [], []
    made = Feeds.__init__

    def remembered(self: Feeds, database: Database, *rest: Any) -> None:
        made(self, database, *rest)
        Followed.feeds.append(self)
        Followed.heads.append(database.heads)

    monkeypatch.setattr(Feeds, "__init__", remembered)
    async with listening(create_app(settings)) as url:
        yield Tenant(url, tenant, secret)


async def test_a_subscription_that_is_over_listens_no_more_although_nothing_is_written(shop: Tenant) -> None:
    await shop.put("s")
    async with shop.greeted() as socket:
        for id_ in ("1", "2"):
            await socket.subscribe(id_, FOLLOW)
            await socket.next()
        assert Followed.feeds[0]._feeds != {}  # noqa: SLF001
        for id_ in ("1", "2"):
            await socket.send(id=id_, type="complete")
        await Followed.nothing()
        await socket.send(type="ping")
        assert await socket.next() == {"type": "pong"}


async def test_streams_whose_clients_leave_listen_no_more_although_nothing_is_written(shop: Tenant) -> None:
    await shop.put("s")
    async with shop.greeted() as socket, shop.rest() as rest, shop.graphql(FOLLOW) as graphql:
        await socket.subscribe("1", FOLLOW)
        await socket.next()
        assert await rest.next() is not None
        assert await graphql.next() is not None
        assert Followed.feeds[0]._feeds != {}  # noqa: SLF001
    await Followed.nothing()


async def test_a_subscription_that_begins_after_its_socket_has_closed_is_let_go(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first statement is under way when the client leaves."""
    begins, goes_on = asyncio.Event(), asyncio.Event()

    async def held(reader: Reader, after: str | None) -> Start:
        begins.set()
        await goes_on.wait()
        return await starting_point(reader, after)

    monkeypatch.setattr(follow, "starting_point", held)
    async with shop.greeted() as socket:
        await socket.subscribe("1", FOLLOW)
        await socket.subscribe("2", FOLLOW)
        await begins.wait()
        await socket.send(id="2", type="complete")
    goes_on.set()
    await Followed.nothing()
    async with shop.greeted() as again:
        await again.subscribe("1", FOLLOW)
        assert (await again.next())["type"] == "next"
    await Followed.nothing()


async def test_streams_end_when_their_log_is_replaced(shop: Tenant, database: Database) -> None:
    """Their clients ask again, and are told that their cursor means nothing any more."""
    await shop.put("s")
    async with (
        shop.rest() as rest,
        shop.rest(scopes="O", customer="anna") as own,
        shop.graphql(FOLLOW) as graphql,
        shop.greeted() as socket,
    ):
        begin = await rest.next()
        assert begin is not None
        assert await own.next() is not None
        assert await graphql.next() is not None
        await socket.subscribe("1", FOLLOW)
        await socket.next()

        async def replace_log(transaction: Transaction) -> None:
            head = change_head.update().where(change_head.c.tenant == shop.name)
            await transaction.write(head.values(epoch=new_epoch()))

        await database.write(replace_log)
        await Shop(database, shop.name).segments(segment("t"))
        assert await rest.next() is None
        assert await own.next() is None
        told = await graphql.next()
        assert told is not None
        assert told.json["errors"][0]["extensions"]["code"] == "CURSOR_UNKNOWN"
        assert [event.kind for event in await graphql.rest()] == ["complete"]
        message = await socket.next()
        assert message["payload"]["errors"][0]["extensions"]["code"] == "CURSOR_UNKNOWN"
        assert await socket.next() == {"type": "complete", "id": "1"}
    async with shop.rest(headers={"Last-Event-ID": begin.id}) as again:
        assert again.response.status_code == 410
    async with shop.graphql(
        "subscription ($a: String) { changes(after: $a) { cursor } }", {"a": begin.id}
    ) as late:
        [refused, end] = await late.rest()
    assert refused.json["errors"][0]["extensions"]["code"] == "CURSOR_UNKNOWN"
    assert end.kind == "complete"

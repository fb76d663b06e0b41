"""Sockets that follow the same are served by one loop; who cannot be, goes on alone and misses nothing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.app import create_app
from gateway.identity.keys import SharedSecret
from gateway.server.websocket_protocol import WebSocketProtocol
from gateway.settings.settings import Settings
from resolvers.changes import group
from tests.gateway.serving import listening
from tests.gateway.streaming import Socket, Tenant
from tests.gateway.test_event_streams import Withdrawable

FOLLOW = "subscription ($ids: [ID!]) { changes(segmentIds: $ids) { changes { segmentId version } cursor } }"
WIDE = "subscription { changes { changes { segmentId document } cursor } }"


class Counting(WebSocketProtocol):
    """Counts messages that were sent without a task."""

    sent = 0
    refused = 0

    def send_now(self, frame: bytes) -> bool:
        is_sent = super().send_now(frame)
        Counting.sent += is_sent
        Counting.refused += not is_sent
        return is_sent


@pytest.fixture(autouse=True)
def counting() -> None:
    Counting.sent = Counting.refused = 0


@pytest.fixture
async def shop(settings: Settings, tenant: str, secret: str) -> AsyncIterator[Tenant]:
    async with listening(create_app(settings), ws=Counting) as url:
        shop = Tenant(url, tenant, secret)
        await shop.put("before")  # behind no record at all each socket looks by itself
        yield shop


async def followed(socket: Socket, id_: str, query: str = FOLLOW, **variables: Any) -> None:
    """Subscribe, and read where it begins."""
    await socket.subscribe(id_, query, **variables)
    begin = await socket.next()
    assert begin["payload"]["data"]["changes"]["changes"] == []


async def changes(socket: Socket, id_: str) -> list[Any]:
    message = await socket.next()
    assert (message["type"], message["id"]) == ("next", id_)
    seen: list[Any] = message["payload"]["data"]["changes"]["changes"]
    return seen


async def test_all_are_sent_each_change_without_their_tasks(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are served at a time, with ids of their own, quotation marks among them."""
    monkeypatch.setattr(group, "SERVED_AT_A_TIME", 2)
    ids = ["1", "2", 'a "b" \\', "ü", "6f6b…" * 20]
    async with shop.greeted() as one, shop.greeted() as other:
        for socket in (one, other):
            for id_ in ids:
                await followed(socket, id_)
        for name in ("s", "t", "s"):
            await shop.put(name)
            for socket in (one, other):
                messages = [await socket.next() for _ in ids]
                assert sorted(message["id"] for message in messages) == sorted(ids)
                for message in messages:
                    [change] = message["payload"]["data"]["changes"]["changes"]
                    assert change["segmentId"] == name
    assert Counting.sent == 3 * 2 * len(ids)


async def test_what_the_filter_leaves_out_is_passed_over(shop: Tenant) -> None:
    async with shop.greeted() as socket:
        await followed(socket, "1", ids=["s"])
        await shop.put("t", "u", "s", "t", "s")
        seen = await read(socket, 2)
    assert [(one["segmentId"], one["version"]) for one in seen] == [("s", 1), ("s", 2)]


async def test_after_complete_nothing_is_sent(shop: Tenant) -> None:
    async with shop.greeted() as socket:
        await followed(socket, "1")
        await followed(socket, "2")
        await socket.send(id="1", type="complete")
        await socket.send(type="ping")
        assert await socket.next() == {"type": "pong"}
        await shop.put("s", "t")
        assert [one["segmentId"] for one in await read(socket, 2, "2")] == ["s", "t"]


@pytest.mark.slow
async def test_who_does_not_read_holds_nobody_up_and_misses_nothing(shop: Tenant) -> None:
    """Documents of 100 KB fill the way to the slow client; the other one has read them all by then."""
    names = [f"s{number}" for number in range(100)]
    async with shop.greeted() as slow, shop.greeted() as fast:
        await followed(slow, "1", WIDE)
        await followed(fast, "1", WIDE)
        slow.connection.transport.pause_reading()
        for name in names:
            await shop.put(name, mixins={"big": {"text": "x" * 100_000}})
        seen = [one["segmentId"] for one in await read(fast, len(names))]
        assert seen == names
        assert Counting.refused > 0
        slow.connection.transport.resume_reading()
        assert [one["segmentId"] for one in await read(slow, len(names))] == names
        sent = Counting.sent
        await shop.put("last")
        assert [one["segmentId"] for one in await read(slow, 1) + await read(fast, 1)] == ["last", "last"]
        assert Counting.sent == sent + 2, "both are served together again"


async def read(socket: Socket, count: int, id_: str = "1") -> list[Any]:
    """So many changes, in whatever batches they come."""
    seen: list[Any] = []
    while len(seen) < count:
        seen += await changes(socket, id_)
    return seen


async def test_a_withdrawn_token_closes_the_socket_instead(
    settings: Settings, tenant: str, secret: str
) -> None:
    verifier = Withdrawable(SharedSecret(secret))
    async with (
        listening(create_app(settings, verifier=verifier), ws=Counting) as url,
        listening(create_app(settings)) as other_url,
    ):
        shop = Tenant(url, tenant, secret)
        await shop.put("before")
        async with shop.greeted() as socket:
            await followed(socket, "1")
            await shop.put("s")
            assert len(await changes(socket, "1")) == 1
            verifier.is_withdrawn = True
            await Tenant(other_url, tenant, secret).put("t")
            assert (await socket.closed())[0] == 4403
    assert Counting.sent == 1


async def test_different_views_share_nothing(shop: Tenant) -> None:
    """The actor is shown to who reads the whole tenant; an own view has what it may see."""
    query = "subscription { changes { changes { segmentId actor } } }"
    async with shop.greeted() as reader, shop.greeted(scopes="O", customer="anna") as anna:
        await reader.subscribe("1", query)
        await anna.subscribe("1", query)
        await reader.next()
        await anna.next()
        await shop.put("s", "t")
        await shop.put("s", path="/customers/anna")
        assert [one["segmentId"] for one in await read(reader, 3)] == ["s", "t", "s"]
        assert await read(anna, 1) == [{"segmentId": "s", "actor": None}]

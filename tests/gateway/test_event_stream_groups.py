"""Event streams that follow the same are served by one loop, with sockets, from the first change on."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.app import create_app
from gateway.server.http_protocol import HttpProtocol
from gateway.server.websocket_protocol import WebSocketProtocol
from gateway.settings.settings import Settings
from resolvers.changes.follow import Follower
from tests.gateway.serving import listening
from tests.gateway.streaming import Event, Events, Tenant

FOLLOW = "subscription { changes { changes { segmentId version } cursor } }"
WIDE = "subscription { changes { changes { segmentId document } cursor } }"


class Sent:
    """What was sent without a task, by the kind of stream."""

    events = 0
    messages = 0
    refused = 0


class CountingHttp(HttpProtocol):
    def send_now(self, frame: bytes) -> bool:
        is_sent = super().send_now(frame)
        Sent.events += is_sent
        Sent.refused += not is_sent
        return is_sent


class CountingWebSocket(WebSocketProtocol):
    def send_now(self, frame: bytes) -> bool:
        is_sent = super().send_now(frame)
        Sent.messages += is_sent
        return is_sent


@pytest.fixture
async def shop(settings: Settings, tenant: str, secret: str) -> AsyncIterator[Tenant]:
    """A tenant without any change so far."""
    Sent.events = Sent.messages = Sent.refused = 0
    http: Any = CountingHttp
    async with listening(create_app(settings), http, ws=CountingWebSocket) as url:
        yield Tenant(url, tenant, secret)


async def next_event(events: Events) -> Event:
    event = await events.next()
    assert event is not None
    return event


async def ids_of(events: Events) -> list[str]:
    """The segments of the next event, of either kind of stream."""
    event = await next_event(events)
    if event.kind != "next":
        return [event.json["data"]["id"]]
    return [change["segmentId"] for change in event.json["data"]["changes"]["changes"]]


async def test_all_kinds_of_streams_are_sent_each_change_without_their_tasks(shop: Tenant) -> None:
    async with AsyncExitStack() as stack:
        rest = [await stack.enter_async_context(shop.rest()) for _ in range(3)]
        graphql = [await stack.enter_async_context(shop.graphql(FOLLOW)) for _ in range(3)]
        socket = await stack.enter_async_context(shop.greeted())
        await socket.subscribe("1", FOLLOW)
        assert (await socket.next())["type"] == "next"
        for events in (*rest, *graphql):
            await next_event(events)
        for name in ("first", "second", "third"):
            await shop.put(name)
            for events in (*rest, *graphql):
                assert await ids_of(events) == [name]
            batch = (await socket.next())["payload"]["data"]["changes"]
            assert [change["segmentId"] for change in batch["changes"]] == [name]
    assert (Sent.events, Sent.messages, Sent.refused) == (3 * 6, 3, 0)


@pytest.mark.slow
async def test_a_stream_that_is_not_read_holds_up_no_other_and_misses_nothing(shop: Tenant) -> None:
    """Documents of 100 KB fill the way to the slow client; the other one has read them all by then."""
    names = [f"s{number}" for number in range(100)]
    async with shop.graphql(WIDE) as slow, shop.graphql(WIDE) as fast:
        await next_event(slow)
        await next_event(fast)
        seen: list[str] = []
        for name in names:
            await shop.put(name, mixins={"big": {"text": "x" * 100_000}})
            while len(seen) < len(names) and name not in seen:
                seen += await ids_of(fast)
        assert seen == names
        assert Sent.refused > 0
        late: list[str] = []
        while len(late) < len(names):
            late += await ids_of(slow)
        assert late == names
        sent = Sent.events
        await shop.put("last")
        assert [await ids_of(slow), await ids_of(fast)] == [["last"], ["last"]]
        assert Sent.events == sent + 2, "both are served together again"


async def test_changes_of_other_customers_do_not_wake_an_own_view(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = 0
    batch = Follower._own_batch  # noqa: SLF001  (how often it runs is the question)

    async def counted(self: Follower, feed: Any) -> Any:
        nonlocal woken
        woken += 1
        return await batch(self, feed)

    monkeypatch.setattr(Follower, "_own_batch", counted)
    await shop.put("s")
    async with shop.rest(scopes="O", customer="anna") as anna, shop.rest(scopes="O", customer="ben") as ben:
        await next_event(anna)
        await next_event(ben)
        for number in range(20):
            await shop.put("s", path=f"/customers/c{number}")
        for name, events in (("anna", anna), ("ben", ben)):
            await shop.put("s", path=f"/customers/{name}")
            assert (await next_event(events)).json["data"]["customer"]["id"] == name
    assert woken == 2

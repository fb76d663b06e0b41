"""Every way to follow shows the same changes in the same order, and the own view what an oracle says."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Final

import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import Settings
from resolvers.changes import feed
from resolvers.changes.cursor import CursorSeal
from tests.gateway.follower import SUBSCRIPTION, Follower
from tests.gateway.serving import listening
from tests.gateway.streaming import Tenant

pytestmark = pytest.mark.slow

WRITES: Final = 25
WAYS: Final = 24


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With webhooks."""
    webhooks = {"webhook_key": SecretStr("k" * 32), "webhook_allow_private": True}
    return settings.model_copy(update=webhooks)


@pytest.fixture
async def shop(settings: Settings, tenant: str, secret: str) -> AsyncIterator[Tenant]:
    async with listening(create_app(settings)) as url:
        yield Tenant(url, tenant, secret)


class Writer:
    """Random writes to a few segments; it knows what there is."""

    def __init__(self, shop: Tenant, chance: random.Random) -> None:
        self._shop = shop
        self._chance = chance
        self.active: dict[str, bool] = {}
        self.has_anna: set[str] = set()

    async def write(self) -> tuple[str, str]:
        """Make one change of a segment `s…`; what was written, and the segment."""
        chance, shop = self._chance, self._shop
        name = f"s{chance.randrange(4)}"
        if name not in self.active or chance.random() < 0.3:
            self.active[name] = chance.random() < 0.7
            await shop.put(name, status="ACTIVE" if self.active[name] else "INACTIVE")
            return "SEGMENT", name
        what = chance.choice(["anna", "anna", "ben", "item", "delete"])
        match what:
            case "anna" if name in self.has_anna:
                self.has_anna.remove(name)
                await shop.delete(f"{name}/customers/anna")
            case "anna":
                self.has_anna.add(name)
                await shop.put(name, path="/customers/anna")
            case "ben":
                await shop.put(name, path="/customers/ben")
            case "item":
                await shop.put(name, path="/items/PRODUCT/drill")
            case "delete":
                self.has_anna.discard(name)
                del self.active[name]
                await shop.delete(f"{name}?forceDelete=true")
        return what.upper(), name

    def is_shown(self, what: str, name: str) -> bool:
        """Whether anna sees the change of a segment or an item, as things are now."""
        return what in {"SEGMENT", "ITEM"} and self.active.get(name, False) and name in self.has_anna


async def test_a_reader_may_change_the_way_at_any_time(
    shop: Tenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Query, long poll, both kinds of event streams, WebSocket and webhook.

    The feed holds few records, so that streams read the table as well.
    """
    monkeypatch.setattr(feed, "ROOM", 30_000)
    chance = random.Random(shop.name)  # noqa: S311
    seal = CursorSeal(settings.policy.cursor_secret)
    writer, reader, plain = Writer(shop, chance), Follower(shop, chance, seal), Follower(shop, chance)
    for one in (reader, plain):
        await one.begin()
    is_reading = True

    async def write() -> None:
        while is_reading:
            await writer.write()

    writing = asyncio.create_task(write())
    for _ in range(WAYS):
        await reader.read_on()
    while len(reader.seen) <= WAYS:  # some ways read nothing where nothing was written meanwhile
        await reader.read_on()
    is_reading = False
    await writing
    while len(plain.seen) < len(reader.seen):
        await plain.list()
    assert reader.seen == plain.seen[: len(reader.seen)]
    assert len(reader.seen) > WAYS


async def test_the_own_view_shows_what_an_oracle_says(shop: Tenant) -> None:
    """After each write anna's own assignment elsewhere changes, which is always shown to her."""
    writer = Writer(shop, random.Random(shop.name))  # noqa: S311
    await shop.put("barrier")
    async with (
        shop.rest(scopes="O", customer="anna") as rest,
        shop.greeted(scopes="O", customer="anna") as socket,
    ):
        assert (await rest.next()) is not None
        await socket.subscribe("1", SUBSCRIPTION)
        await socket.next()
        for _ in range(WRITES):
            had_anna = writer.has_anna.copy()
            what, name = await writer.write()
            is_own = writer.has_anna != had_anna
            await shop.put("barrier", path="/customers/anna")
            shown = [name] if is_own or writer.is_shown(what, name) else []
            found = []
            while (event := await rest.next()) is not None:
                segment = event.json["data"].get("segmentId") or event.json["data"]["id"]
                if segment == "barrier":
                    break
                found.append(segment)
            assert found == shown, (what, name)
            pushed: list[str] = []
            while "barrier" not in pushed:
                batch = (await socket.next())["payload"]["data"]["changes"]
                pushed += [one["segmentId"] for one in batch["changes"]]
            assert pushed == [*shown, "barrier"]

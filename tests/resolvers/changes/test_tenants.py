"""Two tenants side by side: what one does shows in no number, cursor, batch or error of the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import Final

import pytest

from models.tables.columns import this_instant
from resolvers.access import Reader
from resolvers.changes.cursor import CursorSeal
from resolvers.changes.feed import Feeds
from resolvers.changes.follow import await_changes, follow_changes
from resolvers.changes.read import ChangeBatch, newest_cursor, read_changes
from resolvers.errors import InvalidArgument
from tests.factories.documents import segment
from tests.factories.shop import Shop

STEPS: Final = 40


@pytest.fixture
def other(shop: Shop) -> Shop:
    return replace(shop, tenant=f"o{shop.tenant[:15]}")


async def batch(shop: Shop, after: str | None, first: int = 100) -> ChangeBatch:
    return await shop.read(lambda reader: read_changes(reader, after, first=first))


@asynccontextmanager
async def reading(shop: Shop) -> AsyncIterator[Reader]:
    async with shop.database.read() as snapshot:
        yield Reader(shop.caller("R"), shop.policy, snapshot, this_instant())


@pytest.mark.parametrize("seed", range(4))
async def test_a_tenant_reads_what_it_would_read_alone(shop: Shop, other: Shop, seed: int) -> None:
    """The same segments in both, written in any order: each sees its own writes, under its own numbers."""
    chance = Random(seed)  # noqa: S311
    written: dict[str, list[str]] = {shop.tenant: [], other.tenant: []}
    cursors: dict[str, str | None] = {shop.tenant: None, other.tenant: None}
    seen: dict[str, list[tuple[int, str]]] = {shop.tenant: [], other.tenant: []}

    async def read(one: Shop, first: int) -> ChangeBatch:
        found = await batch(one, cursors[one.tenant], first)
        seen[one.tenant] += [(record["seq"], record["segment_id"]) for record in found.records]
        assert {record["tenant"] for record in found.records} <= {one.tenant}
        cursors[one.tenant] = found.cursor
        return found

    for _ in range(STEPS):
        one = chance.choice([shop, other])
        if chance.random() < 0.6:
            names = [f"s{chance.randrange(3)}" for _ in range(chance.randrange(1, 4))]
            for name in names:
                await one.segments(segment(name))
            written[one.tenant] += names
        else:
            found = await read(one, chance.randrange(1, 4))
            assert found.has_more == (len(seen[one.tenant]) < len(written[one.tenant]))
    for one in (shop, other):
        while (await read(one, 5)).has_more:
            pass
        assert seen[one.tenant] == list(enumerate(written[one.tenant], start=1))


async def test_the_writes_of_another_tenant_move_no_cursor_and_end_no_wait(shop: Shop, other: Shop) -> None:
    await shop.segments(segment("s"))
    before = await shop.read(newest_cursor)
    feeds = Feeds(shop.database, shop.policy)
    follower = await follow_changes(partial(reading, shop), feeds, before)
    patient = replace(shop, policy=replace(shop.policy, longest_wait=30))
    waiting = asyncio.create_task(
        await_changes(partial(reading, patient), shop.database.heads, before, seconds=30)
    )
    following = asyncio.create_task(follower.next(30))
    for number in range(5):
        await other.segments(segment(f"s{number}"))
    assert await shop.read(newest_cursor) == before
    assert (await batch(shop, before)).cursor == before
    await asyncio.sleep(0.3)  # three looks at the heads
    assert not waiting.done()
    assert not following.done()
    await shop.segments(segment("t"))
    assert [one["segment_id"] for one in (await waiting).records] == ["t"]
    shared = await following
    assert shared is not None
    assert [one["segment_id"] for one in shared.batch.records] == ["t"]
    follower.close()


async def test_a_cursor_of_another_tenant_is_no_cursor(shop: Shop, other: Shop) -> None:
    """Whether the number exists there or not, and just as any text that is none."""
    for one, count in ((shop, 3), (other, 1)):
        await one.segments(*(segment(f"s{number}") for number in range(count)))
    cursors = [(await batch(shop, None, first)).cursor for first in (1, 3)]
    refusals = []
    for given in (*cursors, "x", cursors[0][::-1]):
        with pytest.raises(InvalidArgument) as refused:
            await batch(other, given)
        refusals.append((str(refused.value), refused.value.path))
    assert len(set(refusals)) == 1


async def test_the_same_position_is_another_cursor_at_another_tenant(shop: Shop, other: Shop) -> None:
    seal = CursorSeal(shop.policy.cursor_secret)
    await shop.segments(segment("s"))
    await other.segments(segment("s"))
    mine, theirs = (await batch(shop, None)).cursor, (await batch(other, None)).cursor
    position = seal.position(shop.tenant, mine)
    assert seal.cursor(other.tenant, position) not in {mine, theirs}
    assert len(mine) == len(theirs), "not even the length tells"
    assert position.seq == seal.position(other.tenant, theirs).seq == 1
    assert position.epoch != seal.position(other.tenant, theirs).epoch

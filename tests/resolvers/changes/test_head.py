"""The head of a log, as writes leave it and as a later snapshot sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from models.connection.session import Transaction
from models.tables.columns import this_instant
from resolvers.access import Writer
from resolvers.changes.cursor import NO_RECORD, Position
from resolvers.changes.head import newest_position
from resolvers.reference.write import CUSTOMERS, upsert_reference, write_references
from resolvers.segment.write import RemoveSegment, upsert_segment, write_segments
from resolvers.writing.run import run_for_client
from tests.factories.documents import segment
from tests.factories.shop import Shop


async def head_of(shop: Shop) -> Position:
    async with shop.database.read(single=True) as session:
        return await newest_position(session, shop.tenant)


async def position_of(shop: Shop, work: Callable[[Writer], Awaitable[Any]]) -> Position:
    """The position behind a transaction."""

    async def transaction_of(transaction: Transaction) -> Position:
        writer = Writer(shop.caller("RM"), shop.policy, transaction, this_instant())
        _, position = await run_for_client(writer, work)
        return position

    return await shop.database.write(transaction_of)


def segments_of(shop: Shop, *ids: str) -> Callable[[Writer], Awaitable[Any]]:
    commands = [upsert_segment(segment_id, segment(segment_id), shop.policy) for segment_id in ids]
    return lambda writer: write_segments(writer, commands)


def customer_of(shop: Shop, name: str) -> Callable[[Writer], Awaitable[Any]]:
    command = upsert_reference(CUSTOMERS, {"id": "ada", "firstName": name}, shop.policy)
    return lambda writer: write_references(writer, CUSTOMERS, [command])


async def test_each_write_returns_the_head_that_it_leaves(shop: Shop) -> None:
    assert await head_of(shop) == NO_RECORD
    nothing = await position_of(shop, lambda writer: write_segments(writer, [RemoveSegment(("none",))]))
    assert nothing == await head_of(shop) == NO_RECORD
    first = await position_of(shop, customer_of(shop, "Ada"))
    assert (first.seq, first.writes, len(first.epoch)) == (0, 1, 8)
    assert await head_of(shop) == first
    two = await position_of(shop, segments_of(shop, "a", "b"))
    assert two == Position(first.epoch, 2), "as the change has it in the feed"
    assert await head_of(shop) == Position(first.epoch, 2, 1)
    assert await position_of(shop, customer_of(shop, "Ada")) == Position(first.epoch, 2, 1), "unchanged"
    assert await position_of(shop, customer_of(shop, "Lady")) == Position(first.epoch, 2, 2)
    assert await head_of(shop) == Position(first.epoch, 2, 2)


async def test_writers_at_once_have_positions_of_their_own(shop: Shop) -> None:
    works = [segments_of(shop, f"s{n}") if n % 2 else customer_of(shop, f"Name {n}") for n in range(12)]
    positions = await asyncio.gather(*(position_of(shop, work) for work in works))
    assert sorted(position.seq for position in positions if not position.writes) == [1, 2, 3, 4, 5, 6]
    assert sorted(position.writes for position in positions if position.writes) == [1, 2, 3, 4, 5, 6]
    head = await head_of(shop)
    assert (head.seq, head.writes) == (6, 6)
    assert all(head.includes(position) for position in positions)


async def test_the_first_write_of_a_tenant_may_be_of_many_records(shop: Shop) -> None:
    ids = [f"s{number}" for number in range(30)]
    position = await position_of(shop, segments_of(shop, *ids))
    assert (position.seq, position.writes) == (30, 0)
    assert await head_of(shop) == position

"""What an own view shows of the change log is what a brute-force filter of the whole log allows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import Any, Final

import pytest

from models.sql.prepared import Row
from models.tables.columns import this_instant
from resolvers.access import Reader
from resolvers.caller import Caller
from resolvers.changes.feed import Feeds
from resolvers.changes.follow import follow_changes
from resolvers.changes.read import ANY_CHANGE, ChangeFilter, read_changes
from resolvers.changes.record import ChangeType
from resolvers.customer_assignment import customer_key, remove_customer, write_customer_assignments
from resolvers.group_assignment import group_key, remove_group, write_group_assignments
from resolvers.segment.write import RemoveSegment, write_segments
from tests.factories.documents import group, segment
from tests.factories.shop import Shop

SEGMENTS: Final = ("s0", "s1", "s2", "s3", "s4")
CUSTOMERS: Final = ("anna", "ben")
COMPANIES: Final = ("", "acme", "globex")
GROUPS: Final = ("club", "firm")
WRITES: Final = 80
FILTERS: Final = (
    ANY_CHANGE,
    ChangeFilter(types=frozenset({ChangeType.CUSTOMER_ASSIGNMENT_CREATED, ChangeType.SEGMENT_UPDATED})),
    ChangeFilter(segment_ids=frozenset({"s0", "s3"})),
    ChangeFilter(customer_id="anna"),
)


async def write(shop: Shop, chance: Random) -> None:
    """Any write. Those that cannot be done change nothing."""
    name = chance.choice(SEGMENTS)
    customer, company = chance.choice(CUSTOMERS), chance.choice(COMPANIES)
    key = (name, customer, company) if company else (name, customer)
    known = {row["id"] for row in (await shop.rows())["segment"]}
    kinds = ["segment", "segment", "assign", "assign", "assign", "remove", "item", "delete"]
    group_id = chance.choice(GROUPS)
    match chance.choice([*kinds, "group", "group", "ungroup", "members"]):
        case "group" if name in known:
            await shop.groups((name, group_id))
        case "ungroup":
            removal = [remove_group(group_key(name, group_id))]
            await shop.write(lambda writer: write_group_assignments(writer, removal))
        case "members":
            members = [one for one in CUSTOMERS if chance.random() < 0.5]
            await shop.known_groups(group(group_id, *members, legalEntityId=company or None))
        case "segment":
            await shop.segments(segment(name, status=chance.choice(["ACTIVE", "ACTIVE", "INACTIVE"])))
        case "assign" if name in known:
            await shop.customers(key)
        case "remove":
            commands = [remove_customer(customer_key(*key))]
            await shop.write(lambda writer: write_customer_assignments(writer, commands))
        case "item" if name in known:
            await shop.items((name, "PRODUCT", "drill"))
        case "delete" if chance.random() < 0.3:
            await shop.write(
                lambda writer: write_segments(writer, [RemoveSegment((name,), force_delete=True)])
            )


async def allowed(shop: Shop, caller: Caller, records: list[Row], wanted: ChangeFilter) -> list[int]:
    """The numbers of those records that the caller may see, from the rows as they are."""
    rows = await shop.rows()
    active = {row["id"] for row in rows["segment"] if row["status"] == "ACTIVE"}

    def is_own(row: Any) -> bool:
        acts_for = caller.legal_entity_id
        is_of_company = acts_for is None or row["legal_entity_id"] in {"", acts_for}
        return row["customer_id"] == caller.customer_id and is_of_company

    members = {
        row["group_id"] for row in rows["customer_group_member"] if row["customer_id"] == caller.customer_id
    }
    counting = {"", caller.legal_entity_id}
    groups = {
        row["id"]
        for row in rows["customer_group"]
        if caller.legal_entity_id is None or (row["legal_entity_id"] or "") in counting
    } & members
    seen = {row["segment_id"] for row in rows["customer_assignment"] if is_own(row)}
    seen |= {row["segment_id"] for row in rows["group_assignment"] if row["group_id"] in groups}

    def is_shown(record: Row) -> bool:
        if record["group_id"] is not None:
            return record["group_id"] in groups
        return record["segment_id"] in seen & active if record["customer_id"] is None else is_own(record)

    return [record["seq"] for record in records if wanted.fits(record) and is_shown(record)]


async def everything(
    shop: Shop, caller: Caller, wanted: ChangeFilter = ANY_CHANGE, first: int = 7
) -> list[Row]:
    """All that a caller is shown, batch by batch."""
    found: list[Row] = []
    cursor, has_more = None, True
    while has_more:
        batch = await shop.read(
            lambda reader: read_changes(reader, cursor, first=first, change_filter=wanted),  # noqa: B023
            caller,
        )
        found += batch.records
        cursor, has_more = batch.cursor, batch.has_more
    return found


@asynccontextmanager
async def reading(shop: Shop, caller: Caller) -> AsyncIterator[Reader]:
    async with shop.database.read() as snapshot:
        yield Reader(caller, shop.policy, snapshot, this_instant())


def own_callers(shop: Shop) -> list[Caller]:
    return [
        shop.caller("O", customer, company or None)
        for customer in (*CUSTOMERS, "stranger")
        for company in COMPANIES
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_reading_shows_what_a_filter_of_the_whole_log_allows(shop: Shop, seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    for _ in range(WRITES):
        await write(shop, chance)
    whole = await everything(shop, shop.caller("R"))
    assert [one["seq"] for one in whole] == list(range(1, len(whole) + 1))
    shown = 0
    for caller in own_callers(shop):
        for wanted in FILTERS:
            seen = [one["seq"] for one in await everything(shop, caller, wanted, chance.choice([1, 7, 100]))]
            assert seen == await allowed(shop, caller, whole, wanted)
            shown += len(seen)
    assert shown > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
async def test_a_stream_shows_what_a_filter_of_the_whole_log_allows(shop: Shop, seed: int) -> None:
    """Each reader is asked after each write, when the rows are as the filter sees them.

    Some wait for the record when the feed reads it, the others ask later.
    """
    chance = Random(seed)  # noqa: S311
    feeds = Feeds(shop.database, shop.policy)
    await shop.segments(segment("s0"))
    callers = own_callers(shop)
    followers = {
        caller: await follow_changes(partial(reading, shop, caller), feeds, None) for caller in callers
    }
    for follower in followers.values():
        await follower.next(0)  # where it begins
    known = 1

    async def read(caller: Caller) -> list[int]:
        """The numbers that are shown until the reader's position is behind all that is known."""
        seen: list[int] = []
        while followers[caller].position.seq < known:
            shared = await followers[caller].next(0.03)
            seen += [one["seq"] for one in shared.batch.records] if shared else []
        return seen

    for _ in range(WRITES // 2):
        await write(shop, chance)
        whole = await everything(shop, shop.caller("R"))
        new, known = whole[known:], len(whole)
        expected = [await allowed(shop, caller, new, ANY_CHANGE) for caller in callers]
        early = chance.sample(callers, 6)
        seen = dict(zip(early, await asyncio.gather(*(read(one) for one in early)), strict=True))
        late = [caller for caller in callers if caller not in seen]
        seen |= dict(zip(late, await asyncio.gather(*(read(one) for one in late)), strict=True))
        assert [seen[caller] for caller in callers] == expected
    for follower in followers.values():
        follower.close()

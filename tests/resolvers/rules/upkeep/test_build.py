"""Rules that are built in the background, by several processes and beside writers."""

import asyncio
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest

from models.connection.database import Database
from models.tables.customer_assignment import customer_assignment
from resolvers.access import Reader
from resolvers.customer_assignment import customer_key, remove_customer, write_customer_assignments
from resolvers.errors import NotFound
from resolvers.reference.write import CUSTOMERS, remove_reference, upsert_reference, write_references
from resolvers.rules.changing import activation, remove
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.release import release_customers
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.difference import Difference
from resolvers.rules.read import all_rules, progress
from resolvers.rules.upkeep import walk
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.rules.vocabulary import LEASE, RuleState
from tests.factories.documents import segment
from tests.factories.shop import Shop, succeeded
from tests.resolvers.rules.world import keep_others_away

PEOPLE = 60


@pytest.fixture
async def shop(database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop in which rules are built in chunks of seven."""
    for module in (activation, remove):
        monkeypatch.setattr(module, "MOST_CHANGES", 5)
    for module in (walk, remove):
        monkeypatch.setattr(module, "CHUNK", 7)
    made = Shop(database, tenant)
    await made.write(keep_others_away)
    await made.segments(segment("big"), segment("gold"))
    await made.known_customers(*(person(number, number) for number in range(PEOPLE)))
    return made


def person(number: int, turnover: int) -> dict[str, Any]:
    return {"id": f"c{number:02}", "mixins": {"shop": {"turnover": turnover}}, "legalEntityIds": ["l"]}


async def set_big(shop: Shop, **rule: Any) -> str:
    content = rule_content({"q": "mixins.shop.turnover:>=20", **rule})
    return (await shop.write(lambda writer: set_rule(writer, "big", content))).state


async def state(shop: Shop) -> tuple[str, float, list[Any]]:
    """State and progress of the rule, and in what its members differ from what it says."""

    async def read(reader: Reader) -> tuple[str, float, list[Any]]:
        [shown] = await all_rules(reader)
        difference = Difference(reader.snapshot, reader.tenant, shown.rule, reader.now)
        found = [await difference.rows(each, 100) for each in (difference.joins, difference.leaves)]
        return shown.rule.state, await progress(reader, shown.rule), [row for rows in found for row in rows]

    return await shop.read(read)


async def test_a_build_goes_chunk_by_chunk(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    assert await set_big(shop) == RuleState.BUILDING
    assert await keeper.work_on(shop.tenant)
    name, part, _ = await state(shop)
    assert (name, round(part, 3)) == (RuleState.BUILDING, round(7 / PEOPLE, 3))
    await shop.known_customers(person(59, 0), person(0, 99))  # before and behind the build
    while await keeper.work_on(shop.tenant):
        pass
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])


async def test_another_subject_takes_out_the_members_of_the_one_before(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    await keeper.build_all(shop.tenant)
    assert await set_big(shop, subject="CUSTOMER_OF_LEGAL_ENTITY") == RuleState.BUILDING
    await keeper.build_all(shop.tenant)
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])
    rows = (await shop.rows())["customer_assignment"]
    assert {row["legal_entity_id"] for row in rows} == {"l"}
    assert len(rows) == PEOPLE - 20


async def test_members_that_are_no_customers_any_more_leave(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    await keeper.build_all(shop.tenant)
    off = Shop(shop.database, shop.tenant, replace(shop.policy, rules=False))
    gone = [f"c{number}" for number in (30, *range(40, PEOPLE))]
    commands = [remove_reference(CUSTOMERS, one) for one in gone]
    succeeded(await off.write(lambda writer: write_references(writer, CUSTOMERS, commands)))
    chunks = 1
    while await keeper.work_on(shop.tenant):
        chunks += 1
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])
    assert chunks == 1 + -(-PEOPLE // 7) + 1  # the first has the rule built anew, the last ends that
    kept = [row["customer_id"] for row in (await shop.rows())[customer_assignment.name]]
    assert kept == [f"c{number}" for number in range(20, 40) if number != 30]


async def test_an_edit_begins_the_build_anew(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    for _ in range(3):
        await keeper.work_on(shop.tenant)
    await set_big(shop, q="mixins.shop.turnover:<20")
    await keeper.build_all(shop.tenant)
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])
    assert len((await shop.rows())["customer_assignment"]) == 20


async def test_two_processes_and_writers_come_to_the_same_end(shop: Shop) -> None:
    keepers = [RuleKeeper(shop.database, shop.policy, name) for name in ("one", "two")]
    chance = Random(3)  # noqa: S311

    async def change() -> None:
        for _ in range(15):
            documents = [person(chance.randrange(PEOPLE), chance.randrange(40)) for _ in range(3)]
            commands = [upsert_reference(CUSTOMERS, one, shop.policy) for one in documents]
            succeeded(
                await shop.write(lambda writer: write_references(writer, CUSTOMERS, commands))  # noqa: B023
            )

    await set_big(shop)
    await asyncio.gather(*(keeper.build_all(shop.tenant) for keeper in keepers), change(), change())
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])


async def test_what_changed_while_rules_were_off_is_built_anew(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    await keeper.build_all(shop.tenant)
    assert shop.tenant not in await keeper.tenants_with_work()
    off = Shop(shop.database, shop.tenant, replace(shop.policy, rules=False))
    await off.known_customers(person(0, 99), person(59, 0))
    assert len((await state(shop))[2]) == 2
    assert shop.tenant in await keeper.tenants_with_work()
    while await keeper.work_on(shop.tenant):
        pass
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])


@pytest.mark.parametrize("keep_members", [False, True])
async def test_a_rule_with_many_members_is_removed_chunk_by_chunk(shop: Shop, *, keep_members: bool) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    while await keeper.work_on(shop.tenant):
        pass
    await shop.customers(("big", "c01"), ("big", "c30"))
    assert await remove_big(shop, keep_members=keep_members)
    assert not await remove_big(shop, keep_members=not keep_members)
    for refused in (pause_rule, partial(release_customers, elements=[])):
        with pytest.raises(NotFound):
            await shop.write(lambda writer: refused(writer, "big"))  # noqa: B023
    assert await keeper.work_on(shop.tenant)
    await shop.known_customers(person(0, 99), person(59, 0))
    command = remove_customer(customer_key("big", "c40"))
    succeeded(await shop.write(lambda writer: write_customer_assignments(writer, [command])))
    assert (await state(shop))[0] == RuleState.REMOVING
    chunks = 1
    while await keeper.work_on(shop.tenant):
        chunks += 1
    assert chunks == -(-39 // 7) + 1
    assert await shop.read(all_rules) == []
    kept = [f"c{number}" for number in range(20, PEOPLE) if number != 40]
    assert await manual_members(shop) == sorted({"c01", "c30", *(kept if keep_members else [])})
    assert shop.tenant not in await keeper.tenants_with_work()


async def test_a_rule_that_is_set_while_it_is_removed_goes_on(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await set_big(shop)
    await keeper.build_all(shop.tenant)
    assert await remove_big(shop, keep_members=False)
    await keeper.work_on(shop.tenant)
    await set_big(shop)
    await keeper.build_all(shop.tenant)
    assert await state(shop) == (RuleState.ACTIVE, 1.0, [])


async def remove_big(shop: Shop, *, keep_members: bool) -> bool:
    return await shop.write(lambda writer: remove_rule(writer, "big", keep_members=keep_members))


async def manual_members(shop: Shop) -> list[str]:
    """The members of the segment, all of whom a client has assigned."""
    rows = [row for row in (await shop.rows())[customer_assignment.name] if row["segment_id"] == "big"]
    assert {row["assignment_type"] for row in rows} == {"MANUAL"}
    return [row["customer_id"] for row in rows]


async def test_one_process_at_a_time_works_on_a_tenant(database: Database, tenant: str) -> None:
    shop = Shop(database, tenant)
    await shop.segments(segment("big"))
    recent = rule_content({"where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P1D"}}})
    await shop.write(lambda writer: set_rule(writer, "big", recent))
    first, second = (RuleKeeper(database, shop.policy, name) for name in ("one", "two"))
    took = [await first.take_lease(tenant), await second.take_lease(tenant), await first.take_lease(tenant)]
    assert took == [True, False, True]
    later = RuleKeeper(database, shop.policy, "two", lambda: second.clock() + LEASE)
    assert await later.take_lease(tenant)
    assert not await first.take_lease(tenant)

"""Dates that no rule looks at any more are deleted a few at a time, in the background."""

from collections import Counter

import pytest
from sqlalchemy import select

from models.connection.database import Database
from models.tables.rule import customer_date
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.upkeep import unused_dates
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.rules.upkeep.test_apply import give, person
from tests.resolvers.rules.world import keep_others_away

PEOPLE = 7


@pytest.fixture
async def shop(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Customers with two dates each, of which rules of two segments look at one."""
    monkeypatch.setattr(unused_dates, "_LAST_OF_CHUNK", unused_dates._LAST_OF_CHUNK.offset(2))  # noqa: SLF001
    await shop.write(keep_others_away)
    await shop.segments(segment("s"), segment("t"))
    dates = {"born": "1990-01-01", "joined": "2026-01-01"}  # the same of all
    await shop.known_customers(*(person(f"c{number}", **dates) for number in range(PEOPLE)))
    for segment_id, path in (("s", "shop.born"), ("t", "shop.joined")):
        await give(shop, segment_id, {"where": {"mixin": {"path": path, "withinLast": "P1D"}}})
    return shop


async def stored(shop: Shop) -> dict[str, int]:
    """The number of dates by path."""
    async with shop.database.read() as snapshot:
        paths = select(customer_date.c.path).where(customer_date.c.tenant == shop.tenant)
        return dict(Counter(row["path"] for row in await snapshot.rows(paths)))


async def test_they_are_deleted_in_chunks_and_others_stay(database: Database, shop: Shop) -> None:
    keeper = RuleKeeper(database, shop.policy, "one")
    await shop.write(lambda writer: remove_rule(writer, "s"))
    assert await stored(shop) == {"mixins.shop.born": PEOPLE, "mixins.shop.joined": PEOPLE}
    assert shop.tenant in await keeper.tenants_with_work()
    left = []
    while await keeper.work_on(shop.tenant):
        left.append((await stored(shop)).get("mixins.shop.born", 0))
    assert left == [4, 1, 0]
    assert await stored(shop) == {"mixins.shop.joined": PEOPLE}


async def test_the_last_rule_leaves_nothing(database: Database, shop: Shop) -> None:
    keeper = RuleKeeper(database, shop.policy, "one")
    for segment_id in ("s", "t"):
        await shop.write(lambda writer: remove_rule(writer, segment_id))  # noqa: B023
    while await keeper.work_on(shop.tenant):
        pass
    assert await stored(shop) == {}
    assert shop.tenant not in await keeper.tenants_with_work()


async def test_a_rule_that_looks_at_them_again_keeps_them(database: Database, shop: Shop) -> None:
    keeper = RuleKeeper(database, shop.policy, "one")
    await shop.write(lambda writer: remove_rule(writer, "s"))
    assert await keeper.work_on(shop.tenant)
    await give(shop, "t", {"where": {"mixin": {"path": "shop.born", "withinLast": "P1D"}}})
    while await keeper.work_on(shop.tenant):
        pass
    assert await stored(shop) == {"mixins.shop.born": PEOPLE}


async def test_what_changes_meanwhile_is_stored_anew(shop: Shop) -> None:
    await shop.write(lambda writer: remove_rule(writer, "s"))
    await shop.known_customers(person("c0", born="1991-01-01", joined="2026-02-01"))
    assert await stored(shop) == {"mixins.shop.born": PEOPLE - 1, "mixins.shop.joined": PEOPLE}

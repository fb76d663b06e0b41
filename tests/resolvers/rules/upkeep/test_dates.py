"""Dates of customers that were there before the rule are stored a few customers at a time."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from models.connection.database import Database
from models.tables.rule import customer_date
from resolvers.rules.upkeep import dates, walk
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.factories.work import recorded
from tests.resolvers.rules.upkeep.test_apply import give, person
from tests.resolvers.rules.world import keep_others_away

RULE = {
    "where": {
        "mixin": {"path": "shop.at", "withinLast": "P1D"},
        "legalEntity": {"mixin": {"path": "shop.since", "lt": "now"}},
    }
}
PEOPLE = 5


async def stored(shop: Shop) -> Sequence[tuple[str, str, str, str]]:
    async with shop.database.read() as snapshot:
        columns = [customer_date.c[name] for name in ("path", "customer_id", "legal_entity_id", "at")]
        rows = await snapshot.rows(select(*columns).where(customer_date.c.tenant == shop.tenant))
    return sorted((row["path"], row["customer_id"], row["legal_entity_id"], str(row["at"])) for row in rows)


async def know(shop: Shop) -> None:
    companies = [{"id": f"l{number}", "mixins": {"shop": {"since": "2020-01-01"}}} for number in range(3)]
    await shop.known_legal_entities(*companies)
    dates_of_people = [f"2026-01-0{number + 1}" for number in range(PEOPLE)]
    await shop.known_customers(*(person(f"c{one}", at=[one, "never"]) for one in dates_of_people))


async def test_dates_are_those_of_customers_that_come_later(
    database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "CHUNK", 2)
    before, after = Shop(database, f"{tenant}-before"), Shop(database, f"{tenant}-after")
    for shop in (before, after):
        await shop.write(keep_others_away)
        await shop.segments(segment("s"))
    await know(before)
    with recorded(database) as statements:
        await give(before, "s", RULE)
    await give(after, "s", RULE)
    await know(after)
    assert await stored(before) == await stored(after)
    assert len(await stored(before)) == PEOPLE + 3
    inserts = [one for one in statements if one.sql.startswith("INSERT INTO customer_date")]
    assert len(inserts) == 3 + 2  # five customers and three companies, two at a time


async def test_a_build_stores_the_dates_of_a_large_tenant(
    database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "MOST_RECORDS", 2)
    monkeypatch.setattr(walk, "CHUNK", 2)
    before, after = Shop(database, f"{tenant}-before"), Shop(database, f"{tenant}-after")
    for shop in (before, after):
        await shop.write(keep_others_away)
        await shop.segments(segment("s"))
    await know(before)
    assert await give(before, "s", RULE) == "BUILDING"
    assert await stored(before) == []
    keeper = RuleKeeper(database, before.policy, "one")
    chunks = 1
    while await keeper.work_on(before.tenant):
        chunks += 1
    assert chunks == 2 + 3 + 1  # three companies and five customers, two at a time, and the end
    assert await give(after, "s", RULE) == "ACTIVE"
    await know(after)
    assert await stored(before) == await stored(after)


async def test_a_second_rule_waits_for_dates_as_well(
    database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first rule looks at the same dates, and has not been built."""
    monkeypatch.setattr(dates, "MOST_RECORDS", 2)
    shop = Shop(database, tenant)
    await shop.write(keep_others_away)
    await shop.segments(segment("s"), segment("t"), segment("u"))
    await know(shop)
    assert [await give(shop, one, RULE) for one in "st"] == ["BUILDING", "BUILDING"]
    await RuleKeeper(database, shop.policy, "one").build_all(tenant)
    assert await give(shop, "u", RULE) == "ACTIVE"
    assert len(await stored(shop)) == PEOPLE + 3

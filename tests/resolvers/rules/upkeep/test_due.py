"""Looking for customers whom time concerns: one statement, however many rules there are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.connection.database import Database
from models.tables.rule import customer_date, rule_head
from resolvers.access import Reader
from resolvers.rules.read import all_rules
from resolvers.rules.upkeep.due import customers_in_time
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.factories.work import Sent, plan_of, recorded
from tests.resolvers.rules.upkeep.test_apply import give, person
from tests.resolvers.rules.world import keep_others_away

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


TABLES = (rule_head.name, customer_date.name)


def at(**later: float) -> str:
    return (NOON + timedelta(**later)).isoformat()


@pytest.fixture
async def shop(database: Database, tenant: str) -> Shop:
    """Customers and a company with dates, and rules on these."""
    made = Shop(database, tenant)
    await made.write(keep_others_away)
    await made.segments(*(segment(f"s{number:02}") for number in range(20)))
    await made.known_legal_entities({"id": "l", "mixins": {"shop": {"at": at(days=-2)}}})
    await made.known_customers(
        person("a", at=at(days=-1)), person("b", 1, "l", at=at(days=1)), person("c", at=[at(days=-1), at()])
    )
    return made


async def set_rules(shop: Shop, first: int, last: int) -> None:
    for number in range(first, last):
        kind = ["withinLast", "withinNext"][number % 2]
        await give(shop, f"s{number:02}", {"where": {"mixin": {"path": "shop.at", kind: f"P{1 + number}D"}}})


async def look(shop: Shop) -> list[Sent]:
    """The statements of a look at a tenant about which nothing is due."""
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await keeper.work_on(shop.tenant)
    with recorded(shop.database) as statements:
        assert not await keeper.work_on(shop.tenant)
    return statements


async def test_a_look_takes_as_many_statements_for_many_rules_as_for_one(shop: Shop) -> None:
    await set_rules(shop, 0, 1)
    with_one = await look(shop)
    await set_rules(shop, 1, 20)
    with_many = await look(shop)
    tables = [rule_head.name, customer_date.name]
    for statements in (with_one, with_many):
        assert [[name for name in tables if name in one.sql] for one in statements] == [
            [one] for one in tables
        ]
    assert [one.sql for one in with_one] == [one.sql for one in with_many]
    assert "SCAN customer_date" not in await plan_of(shop.database, with_many[-1])


@pytest.mark.parametrize(
    ("rule", "hours", "expected"),
    [
        ({"path": "shop.at", "withinLast": "P1D"}, (-1, 1), ["a", "c"]),
        ({"path": "shop.at", "withinNext": "P1D"}, (-1, 1), ["b", "c"]),
        ({"path": "shop.at", "withinLast": "P1D"}, (1, 2), []),
        ({"path": "shop.at", "lt": "now-P2D"}, (24, 24), ["a", "c"]),
        ({"path": "shop.at", "withinLast": "P1M"}, (-2, 2), ["c"]),
    ],
)
async def test_who_is_found(
    shop: Shop, rule: dict[str, Any], hours: tuple[int, int], expected: list[str]
) -> None:
    await give(shop, "s00", {"where": {"mixin": rule}})
    await give(shop, "s01", {"where": {"legalEntity": {"mixin": {"path": "shop.at", "withinLast": "P2D"}}}})

    async def found(reader: Reader) -> list[str]:
        rules = [one.rule for one in await all_rules(reader)]
        since, until = (NOON + timedelta(hours=each) for each in hours)
        return await customers_in_time(reader.snapshot, shop.tenant, rules, since, until)

    of_company = ["b"] if hours[0] <= 0 <= hours[1] else []
    assert await shop.read(found) == sorted({*expected, *of_company})

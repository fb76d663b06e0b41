"""Many conditions judged together mean what each of them means alone."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.connection.database import Database
from models.filter.tree import Compare, Condition, Literal, Operator
from models.tables.reference import customer
from resolvers.rules.changing.levels import unstored_rule
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.judge import members
from resolvers.rules.judging.panel import Panel
from resolvers.rules.vocabulary import RuleSubject
from tests.factories.examples import examples
from tests.factories.shop import Shop
from tests.models.filter.evaluate import NOW, holds
from tests.models.filter.shop import store
from tests.models.filter.test_customers import companies, conditions, people, store_people


def rule_that_asks(number: int, condition: Condition) -> Rule:
    """Not every tree can be written as text."""
    content = RuleContent(None, repr(condition), RuleSubject.CUSTOMER, "UTC")
    rule = unstored_rule(f"s{number}", content)
    rule.__dict__["condition"] = lambda: condition
    return rule


async def judged(database: Database, tenant: str, ids: Sequence[str], rules: Sequence[Rule]) -> set[str]:
    async with database.read() as snapshot:
        found = await members(snapshot, tenant, Panel(rules), ids, NOW)
    assert all(legal_entity_id == "" for _, _, legal_entity_id in found)
    return {f"{segment_id}/{customer_id}" for segment_id, customer_id, _ in found}


@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    known=companies,
    stored=st.lists(people, min_size=1, max_size=4),
    asked=st.lists(conditions, min_size=1, max_size=10),
)
async def test_conditions_mean_the_same_together(
    database: Database, known: dict[str, Any], stored: list[dict[str, Any]], asked: list[Condition]
) -> None:
    tenant = uuid4().hex
    rows = await store_people(database, tenant, known, stored)
    rules = [rule_that_asks(number, condition) for number, condition in enumerate(asked)]
    assert await judged(database, tenant, [row["id"] for row in rows], rules) == {
        f"s{number}/{row['id']}"
        for number, condition in enumerate(asked)
        for row in rows
        if holds(condition, row)
    }


async def test_more_rules_and_conditions_than_a_number_has_bits(database: Database, tenant: str) -> None:
    numbers: list[int] = [0, 1, 59, 60, 61, 119, 120, 149]
    people = [{"id": str(number), "mixins": {"a": {"b": [number, "x"]}}} for number in numbers]
    await store(database, tenant, customer, people)
    path = ("mixins", "a", "b")
    rules = [
        rule_that_asks(number, Compare(path, Operator.EQUAL, Literal(str(number), quoted=False)))
        for number in range(150)
    ]
    found = await judged(database, tenant, list(map(str, numbers)), rules)
    assert found == {f"s{number}/{number}" for number in numbers}


async def test_a_moment_is_another_instant_in_another_time_zone(shop: Shop) -> None:
    """A month before, Berlin had another offset by an hour, and New Zealand by one the other way."""
    await shop.known_customers({"id": "a", "mixins": {"shop": {"last": "2026-03-26T20:00:00Z"}}})
    where = {"mixin": {"path": "shop.last", "withinLast": "P1M"}}
    zones = ["UTC", "Pacific/Auckland", "Europe/Berlin"]
    rules = [unstored_rule(zone, rule_content({"where": where, "timeZone": zone})) for zone in zones]
    async with shop.database.read() as snapshot:
        found = {}
        for hour in (19, 20, 21):
            at = NOW.replace(year=2026, month=4, day=26, hour=hour)
            together = await members(snapshot, shop.tenant, Panel(rules), ["a"], at)
            alone = [await members(snapshot, shop.tenant, Panel([one]), ["a"], at) for one in rules]
            assert together == set().union(*alone)
            found[hour] = sorted(segment_id for segment_id, _, _ in together)
    assert found == {19: ["Pacific/Auckland", "UTC"], 20: ["Pacific/Auckland"], 21: []}


@pytest.fixture
async def shop(database: Database, tenant: str) -> Shop:
    return Shop(database, tenant)

"""What went wrong with rules in other products does not go wrong here.

Each test names where it was seen.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import update
from structlog.testing import capture_logs

from models.connection.database import Database
from models.connection.failure import StatementTimeout
from models.connection.session import Transaction
from models.tables.columns import instant_text, this_instant
from models.tables.rule import rule_head
from resolvers.access import Reader
from resolvers.errors import InvalidInput
from resolvers.rules.check import differences
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.rule import Rule
from resolvers.rules.read import all_rules
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.segment.write import RemoveSegment, write_segments
from tests.factories.documents import segment
from tests.factories.shop import Shop, succeeded
from tests.resolvers.rules.upkeep.test_apply import give, members, person
from tests.resolvers.rules.world import keep_others_away

SEGMENTS = [f"s{number}" for number in range(10)]
ODD: list[Any] = [
    *("99999-01-01", "2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01T00:00:60Z", "0000-01-01"),
    *("2026-01-01T00:00:00+99:99", "-0001-01-01", "infinity", "now", "today", "epoch", "NaN", "", "1e400"),
    *("2026-01-01T00:00:00.123456789Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
    *(None, True, 0, -0.0, 0.1, 2**63 - 1, [], {}, [[]], ["2026-02-30", {"a": 1}], {"at": "2026-01-01"}),
]
"""Values that a cast to an instant or to a number refuses, or that are at the end of what there is."""


@pytest.fixture
async def shop(database: Database, tenant: str) -> Shop:
    made = Shop(database, tenant)
    await made.write(keep_others_away)
    await made.segments(*map(segment, SEGMENTS))
    return made


def at(**condition: Any) -> dict[str, Any]:
    return {"where": {"mixin": {"path": "shop.at", **condition}}}


def keeper_of(shop: Shop, later: timedelta = timedelta()) -> RuleKeeper:
    return RuleKeeper(shop.database, shop.policy, "one", lambda: this_instant() + later)


async def is_right(shop: Shop) -> bool:
    """Whether the members are those of a rebuild."""

    async def check(reader: Reader) -> bool:
        return not any((await differences(reader, await all_rules(reader))).values())

    return await shop.read(check)


async def test_no_value_breaks_a_rule(shop: Shop) -> None:
    """A date that is none broke a segment for all: matomo-org/matomo#21571."""
    rules = [
        *(at(withinLast="P1000Y"), at(withinNext="P1000Y"), at(lt="now"), at(gte="2026-01-01")),
        *(at(gt=1), at(lte=1e300), at(eq=True), at(**{"in": ["NaN", 0]}), at(exists=True)),
        {"q": "mixins.shop.at:~(N.*|^$)"},
    ]
    for before, rule in zip(SEGMENTS[:5], rules[:5], strict=True):
        await give(shop, before, rule)
    await shop.known_customers(*(person(f"c{number:02}", at=value) for number, value in enumerate(ODD)))
    for after, rule in zip(SEGMENTS[5:], rules[5:], strict=True):
        await give(shop, after, rule)
    await keeper_of(shop, timedelta(days=40_000)).work_on(shop.tenant)
    assert await is_right(shop)
    strange = {id_: {ODD.index(ODD[int(one[1:])]) for one in await members(shop, id_)} for id_ in SEGMENTS}
    assert strange["s6"] == {ODD.index(True)}
    assert {ODD.index("NaN")} < strange["s7"]


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({}, ()),
        ({"email": None}, ()),
        ({"and": []}, ("and",)),
        ({"or": []}, ("or",)),
        ({"or": [{"id": {"eq": "a"}}, {}]}, ("or", 1)),
        ({"not": {}}, ("not",)),
        ({"email": {"eq": None}}, ("email",)),
        ({"mixin": {"path": "shop.turnover", "gte": None}}, ("mixin",)),
        ({"legalEntity": {"name": {}}}, ("legalEntity", "name")),
    ],
)
async def test_an_empty_condition_lets_nobody_in(where: dict[str, Any], path: tuple[Any, ...]) -> None:
    """A filter without a value was met by everybody: mautic/mautic#11870, keycloak/keycloak#41842."""
    with pytest.raises(InvalidInput, match="The condition is empty") as refused:
        rule_content({"where": where})
    assert refused.value.path == ("where", *path)


@pytest.mark.parametrize("where", [{"id": {"in": []}}, {"mixin": {"path": "shop.at", "in": []}}])
async def test_an_empty_list_lets_nobody_in(shop: Shop, where: dict[str, Any]) -> None:
    """A list without values broke the statement: mautic/mautic#11493."""
    await give(shop, "s0", {"where": where})
    await give(shop, "s1", {"where": {"not": where}})
    await shop.known_customers(person("a", at="x"), person("b"))
    assert [await members(shop, one) for one in ("s0", "s1")] == [[], ["a", "b"]]


async def test_a_rule_that_fails_holds_up_no_other(shop: Shop) -> None:
    """A segment that failed stopped the update of all others: mautic/mautic#11495."""

    class Failing(RuleKeeper):
        async def build_chunk(self, tenant: str, rule: Rule) -> bool:
            if rule.segment_id == "s0":
                raise StatementTimeout("too slow")
            return await super().build_chunk(tenant, rule)

    await shop.known_customers(person("a", 1, at=instant_text(this_instant())))
    for one, rule in (("s0", {"q": "id:a"}), ("s1", {"q": "id:a"}), ("s2", at(withinLast="P1D"))):
        await give(shop, one, rule)
    off = Shop(shop.database, shop.tenant, replace(shop.policy, rules=False))
    await off.known_customers(person("b", 1))
    keeper = keeper_of(shop, timedelta(days=2))
    assert await keeper.work_on(shop.tenant)  # begins to build all rules anew
    failing = Failing(shop.database, shop.policy, "one", keeper.clock)
    with structlog.testing.capture_logs() as lines:
        while await failing.work_on(shop.tenant):
            pass
    assert {(line["event"], line["segment"]) for line in lines} == {("a rule was not built", "s0")}
    assert [line["next_try"] for line in lines][:1] == [1.0]
    assert await members(shop, "s2") == []

    async def states(reader: Reader) -> list[str]:
        return [one.rule.state for one in await all_rules(reader)]

    assert await shop.read(states) == ["BUILDING", "ACTIVE", "ACTIVE"]
    while await keeper.work_on(shop.tenant):
        pass
    assert await shop.read(states) == ["ACTIVE"] * 3


async def test_a_clock_that_was_wrong_does_not_stop_time(shop: Shop) -> None:
    """Cohorts stopped to be calculated until somebody noticed: PostHog/posthog#9747, #14356."""
    await shop.known_customers(person("a", at=instant_text(this_instant() + timedelta(hours=1))))
    await give(shop, "s0", at(lt="now"))

    async def count_time_too_far(transaction: Transaction) -> None:
        is_head = rule_head.c.tenant == shop.tenant
        wrong = datetime(2099, 1, 1, tzinfo=UTC)
        await transaction.write(update(rule_head).where(is_head).values(evaluated_to=wrong))

    await shop.database.write(count_time_too_far)
    await shop.known_customers(person("b", at="2050-01-01"))
    assert await members(shop, "s0") == ["b"]
    keeper = keeper_of(shop)
    with capture_logs() as logs:
        while await keeper.work_on(shop.tenant):
            pass
    assert [(log["event"], log["tenant"]) for log in logs] == [("a clock was wrong", shop.tenant)]
    assert await members(shop, "s0") == []
    await keeper_of(shop, timedelta(hours=2)).work_on(shop.tenant)
    assert await members(shop, "s0") == ["a"]


@pytest.mark.parametrize("digits", ["", ".1", ".123", ".123456", ".999999999"])
@pytest.mark.parametrize("offset", ["Z", "+00:00", "+05:30"])
async def test_an_instant_may_be_written_with_any_precision(shop: Shop, digits: str, offset: str) -> None:
    """Texts of another precision than the filter's were no times: PostHog/posthog#21669."""
    await give(shop, "s0", at(gte="2026-01-01T00:00:00Z", lt="2026-01-01T06:00:00Z"))
    await give(shop, "s1", at(withinLast="P1000Y"))
    await shop.known_customers(person("a", at=f"2026-01-01T05:30:00{digits}{offset}"))
    assert [await members(shop, one) for one in ("s0", "s1")] == [["a"], ["a"]]


async def test_who_is_in_no_segment_is_not_in_one(shop: Shop) -> None:
    """A customer without groups did not count as outside of one: medusajs/medusa#14168."""
    await give(shop, "s1", {"where": {"not": {"inSegment": "s0"}}})
    await shop.known_customers(person("a"), person("b"))
    await shop.customers(("s0", "a"))
    assert await members(shop, "s1") == ["b"]


async def test_members_follow_those_of_another_segment(shop: Shop) -> None:
    """Who came into the other segment later did not leave: mautic/mautic#3790."""
    await shop.known_customers(person("a", 100), person("b", 100))
    await give(
        shop, "s1", {"where": {"mixin": {"path": "shop.turnover", "gte": 50}, "not": {"inSegment": "s0"}}}
    )
    await shop.customers(("s0", "a"))
    assert await members(shop, "s1") == ["b"]
    command = RemoveSegment(("s0",), force_delete=True)
    succeeded(await shop.write(lambda writer: write_segments(writer, [command])))
    assert await members(shop, "s1") == ["a", "b"]


async def test_what_clients_decide_is_left_alone(shop: Shop) -> None:
    """A sync removed members that had come another way: discourse/discourse#39854."""
    await shop.known_customers(person("a", 1), person("b", 100))
    await shop.customers(("s0", "a"))
    await give(shop, "s0", {"where": {"mixin": {"path": "shop.turnover", "gte": 50}}})
    await shop.known_customers(person("a", 2), person("b", 1))
    await give(shop, "s0", {"q": "id:nobody"})
    assert await members(shop, "s0") == ["a!"]

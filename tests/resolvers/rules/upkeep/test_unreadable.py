"""A stored rule that this version cannot read: writes go on, and it is shown as paused, with its error."""

from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.rule import rule_head, segment_rule
from resolvers.access import Reader
from resolvers.rules.check import differences
from resolvers.rules.head import new_revision
from resolvers.rules.listing import rule_summaries
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.rules.upkeep.unreadable import UNREADABLE
from resolvers.rules.vocabulary import RuleState
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.rules.upkeep.test_apply import BIG, give, members, person
from tests.resolvers.rules.world import keep_others_away
from tests.schema.client import Graph

BIG_OR_LATER = {"or": [BIG["where"], {"mixin": {"path": "shop.at", "gt": "now"}}]}
REMOVE = "$id: ID! => segmentRuleRemove(segmentId: $id) { removedFromSegmentId }"
STORED: list[tuple[dict[str, Any], str]] = [
    ({"condition": {"phone": {"eq": "1"}}}, "where.phone: There is no such member."),
    ({"condition": {"mixin": {"path": "shop.x", "near": 1}}}, "where.mixin.near: There is no such member."),
    ({"condition": [1]}, "where: An object is expected."),
    ({"condition": None, "q": "phone:1"}, "q: There is no field 'phone'"),
    ({"condition": None, "q": "id:"}, "q: "),
    ({"condition": None, "q": "firstName:~((a)"}, "q: "),
    ({"condition": None, "q": None}, "q: A blank q"),
    ({"time_zone": "Mars/Olympus"}, "timeZone: There is no such time zone."),
]


@pytest.fixture
async def shop(database: Database, tenant: str) -> Shop:
    """Two rules, of which the first is going to be unreadable."""
    made = Shop(database, tenant)
    await made.write(keep_others_away)
    await made.segments(segment("big"), segment("gold"))
    await made.known_customers(person("a", 100))
    await give(made, "big", {"where": BIG_OR_LATER})
    await give(made, "gold", BIG)
    return made


async def spoil(shop: Shop, **columns: Any) -> None:
    """Store a rule as another version would."""

    async def work(transaction: Transaction) -> None:
        is_big = segment_rule.c.tenant == shop.tenant, segment_rule.c.segment_id == "big"
        await transaction.write(update(segment_rule).where(*is_big).values(**columns))
        is_head = rule_head.c.tenant == shop.tenant
        await transaction.write(update(rule_head).where(is_head).values(revision=new_revision()))

    await shop.database.write(work)


async def summary(shop: Shop) -> tuple[RuleState, str | None, bool]:
    """What the list of rules says of it, and whether a check finds differences."""

    async def read(reader: Reader) -> tuple[RuleState, str | None, bool]:
        found = (await rule_summaries(reader))[0].shown
        return found.rule.state, found.rule.error, bool(await differences(reader, [found]))

    return await shop.read(read)


@pytest.mark.parametrize(("columns", "error"), STORED)
async def test_writes_of_customers_go_on(shop: Shop, columns: dict[str, Any], error: str) -> None:
    await spoil(shop, **columns)
    state, shown, differs = await summary(shop)
    assert (state, differs) == (RuleState.PAUSED, False)
    assert shown is not None
    assert shown.startswith(error)

    before = UNREADABLE.paused
    with capture_logs() as logs:
        await shop.known_customers(person("a", 5), person("b", 100))
        await shop.known_customers(person("c", 100))
    assert await members(shop, "big") == ["a"]
    assert await members(shop, "gold") == ["b", "c"]
    assert [(log["event"], log["segment"]) for log in logs] == [("unreadable rule paused", "big")]
    assert UNREADABLE.paused == before + 1


async def test_the_work_in_the_background_goes_on(shop: Shop) -> None:
    keeper = RuleKeeper(shop.database, shop.policy, "one")
    await spoil(shop, state="BUILDING", **STORED[0][0])
    assert await keeper.work_on(shop.tenant) is False
    assert await keeper.build_all(shop.tenant) == 0
    assert (await summary(shop))[0] is RuleState.PAUSED


async def test_it_stays_paused_until_it_is_set_again(shop: Shop) -> None:
    """Also where it can be read again: its members are those of another day."""
    await spoil(shop, **STORED[0][0])
    await shop.known_customers(person("a", 5, at="9000-01-01"), person("b", 100))
    await spoil(shop, condition=BIG_OR_LATER)
    assert (await summary(shop))[:2] == (RuleState.PAUSED, None)
    await shop.known_customers(person("c", 100))
    assert await members(shop, "big") == ["a"]
    assert await give(shop, "big", {"where": BIG_OR_LATER}) == "ACTIVE"
    assert await members(shop, "big") == ["a", "b", "c"]
    assert (await summary(shop))[0] is RuleState.ACTIVE


async def test_it_is_shown_with_its_error(shop: Shop) -> None:
    await spoil(shop, **STORED[0][0])
    graph = Graph(shop)
    data = await graph('{ segment(id: "big") { rule { where q state error progress dependsOn } } }')
    rule = data["segment"]["rule"]
    assert rule.pop("error").startswith("where.phone: There is no such member. Members: id, firstName")
    assert rule == {
        "where": {"phone": {"eq": "1"}},
        "q": None,
        "state": "PAUSED",
        "progress": 1.0,
        "dependsOn": [],
    }
    why = await graph('{ explainMembership(segmentId: "big", customerId: "a") { holds because { text } } }')
    [reason] = why["explainMembership"]["because"]
    assert why["explainMembership"]["holds"] is True
    assert " The rule is paused: this version of the gateway cannot read it. " in reason["text"]
    removed = await graph.mutate(REMOVE, {"id": "big"})
    assert removed == {"removedFromSegmentId": "big"}
    assert await members(shop, "big") == []

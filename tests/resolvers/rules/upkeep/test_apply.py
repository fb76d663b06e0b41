"""Rules: who is in a segment after each kind of change."""

from datetime import timedelta
from typing import Any

import pytest

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.columns import this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from resolvers.access import Writer
from resolvers.customer_assignment import customer_key, remove_customer, write_customer_assignments
from resolvers.errors import (
    Forbidden,
    GatewayError,
    InvalidInput,
    LimitReached,
    NotFound,
    SegmentInUse,
    VersionConflict,
)
from resolvers.reference.write import (
    CUSTOMERS,
    LEGAL_ENTITIES,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.rules.changing.activation import Bounds
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.release import release_customers
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.segment.write import RemoveSegment, write_segments
from resolvers.writing.run import run
from tests.factories.documents import segment
from tests.factories.shop import Shop, succeeded
from tests.resolvers.rules.world import keep_others_away

BIG = {"where": {"mixin": {"path": "shop.turnover", "gte": 100}}}


@pytest.fixture
async def shop(database: Database, tenant: str) -> Shop:
    made = Shop(database, tenant)
    await made.segments(
        *({"id": one, "name": {"en": one}, "siteCode": "main"} for one in ("big", "gold", "x"))
    )
    return made


def person(id_: str, turnover: Any = None, *companies: str, **shop: Any) -> dict[str, Any]:
    mixins = {"shop": {**({} if turnover is None else {"turnover": turnover}), **shop}}
    return {"id": id_, "mixins": mixins, "legalEntityIds": list(companies)}


async def give(shop: Shop, segment_id: str, rule: dict[str, Any], **bounds: int) -> str:
    content = rule_content(rule)
    made = await shop.write(lambda writer: set_rule(writer, segment_id, content, Bounds(**bounds)))
    return made.state


async def members(shop: Shop, segment_id: str) -> list[str]:
    """The members, each as customer/legal entity, with `!` where a client has assigned them."""
    rows = (await shop.rows())[customer_assignment.name]
    return [
        row["customer_id"]
        + (f"/{row['legal_entity_id']}" if row["legal_entity_id"] else "")
        + ("!" if row["assignment_type"] == "MANUAL" else "")
        for row in rows
        if row["segment_id"] == segment_id
    ]


async def remove(shop: Shop, *key: str) -> None:
    command = remove_customer(customer_key(*key))
    succeeded(await shop.write(lambda writer: write_customer_assignments(writer, [command])))


async def test_members_follow_their_data(shop: Shop) -> None:
    await shop.known_customers(person("a", 100), person("b", 99))
    assert await give(shop, "big", BIG) == "ACTIVE"
    assert await members(shop, "big") == ["a"]
    await shop.known_customers(person("a", 5), person("b", 250), person("c", "100"), person("d"))
    assert await members(shop, "big") == ["b"]
    removal = remove_reference(CUSTOMERS, "b")
    await shop.write(lambda writer: write_references(writer, CUSTOMERS, [removal]))
    assert await members(shop, "big") == []


async def test_a_number_that_becomes_a_boolean_is_a_change(shop: Shop) -> None:
    await shop.known_customers(person("a", 1))
    await give(shop, "big", {"where": {"mixin": {"path": "shop.turnover", "gte": 1}}})
    await shop.known_customers(person("a", True))
    [stored] = (await shop.rows())[customer.name]
    assert stored["mixins"]["shop"]["turnover"] is True
    assert await members(shop, "big") == []


async def statements_of(shop: Shop, document: dict[str, Any]) -> int:
    """How many statements a customer's write takes."""
    command = upsert_reference(CUSTOMERS, document, shop.policy)

    async def written(transaction: Transaction) -> int:
        writer = Writer(shop.caller("RM"), shop.policy, transaction, this_instant())
        succeeded(await run(writer, lambda each: write_references(each, CUSTOMERS, [command])))
        return transaction.statements

    return await shop.database.write(written)


async def test_a_write_asks_rules_that_look_at_what_it_changes(shop: Shop) -> None:
    await shop.known_customers(person("a", 1, last="2026-01-01"))
    none = await statements_of(shop, person("a", 2, last="2026-01-01"))
    await give(shop, "big", BIG)
    await give(shop, "gold", {"where": {"mixin": {"path": "shop.last", "withinLast": "P1D"}}})
    await give(shop, "x", {"where": {"mixin": {"path": "shop.turnover", "lt": 0}}})
    assert await statements_of(shop, person("a", 3, last="2026-01-01")) > none + 1  # reads the rules
    assert await statements_of(shop, person("a", 4, last="2026-01-01")) == none + 1
    assert await statements_of(shop, person("a", 4, last="2026-01-01", other=1)) == none
    assert await statements_of(shop, person("a", 4, last="2026-01-02", other=1)) == none + 2
    assert (
        await statements_of(shop, {**person("a", 4, last="2026-01-02", other=1), "email": "a@x.example"})
        == none
    )


async def test_hands_win_and_are_handed_back(shop: Shop) -> None:
    await shop.known_customers(person("a", 100), person("b", 100), person("c", 1))
    await give(shop, "big", BIG)
    await shop.customers(("big", "c"), ("big", "b"))
    await remove(shop, "big", "a")
    assert await members(shop, "big") == ["b!", "c!"]
    await shop.known_customers(*(person(one, 500) for one in "abc"))
    await shop.known_customers(*(person(one, 0) for one in "b"))
    assert await members(shop, "big") == ["b!", "c!"]
    keys = [customer_key("big", one) for one in "abc"]
    await shop.write(lambda writer: release_customers(writer, "big", keys))
    assert await members(shop, "big") == ["a", "c"]


async def test_legal_entities_and_pairs(shop: Shop) -> None:
    country = {"legalEntity": {"mixin": {"path": "address.country", "eq": "DE"}}}
    german, french = ({"address": {"country": one}} for one in ("DE", "FR"))
    await shop.known_legal_entities({"id": "l1", "mixins": german}, {"id": "l2", "mixins": french})
    await shop.known_customers(person("a", None, "l1", "l2"), person("b", None, "l2"), person("c"))
    await give(shop, "x", {"where": country})
    await give(shop, "gold", {"where": country, "subject": "CUSTOMER_OF_LEGAL_ENTITY"})
    assert await members(shop, "x") == ["a"]
    assert await members(shop, "gold") == ["a/l1"]
    await shop.known_legal_entities({"id": "l2", "mixins": german}, {"id": "l1", "mixins": french})
    assert await members(shop, "x") == ["a", "b"]
    assert await members(shop, "gold") == ["a/l2", "b/l2"]
    await shop.known_customers(person("a"), person("c", None, "l2"))
    assert await members(shop, "gold") == ["b/l2", "c/l2"]
    removal = remove_reference(LEGAL_ENTITIES, "l2")
    await shop.write(lambda writer: write_references(writer, LEGAL_ENTITIES, [removal]))
    assert await members(shop, "x") == await members(shop, "gold") == []


async def test_another_name_of_a_path_is_looked_at_as_well(shop: Shop) -> None:
    await give(shop, "big", {"q": "legalEntityId:l1"})
    await shop.known_customers(person("a", None, "l1"))
    assert await members(shop, "big") == ["a"]
    await shop.known_customers(person("a", None, "l2"))
    assert await members(shop, "big") == []


async def test_rules_on_members_of_segments(shop: Shop) -> None:
    await shop.known_customers(person("a", 100), person("b", 100, vip=True))
    await give(shop, "gold", {"where": {"inSegment": "big", "mixin": {"path": "shop.vip", "eq": True}}})
    await give(shop, "x", {"q": "inSegment:gold"})
    assert await members(shop, "x") == []
    await give(shop, "big", BIG)
    assert await members(shop, "gold") == await members(shop, "x") == ["b"]
    await shop.known_customers(person("b", 1, vip=True))
    assert await members(shop, "gold") == await members(shop, "x") == []
    await shop.customers(("big", "b"))
    assert await members(shop, "x") == ["b"]
    await shop.write(lambda writer: write_segments(writer, [RemoveSegment(("big",), force_delete=True)]))
    assert await members(shop, "x") == []
    with pytest.raises(InvalidInput, match="in a circle: gold -> x -> gold"):
        await give(shop, "gold", {"q": "inSegment:x"})
    with pytest.raises(InvalidInput, match="no segment with the id big"):
        await give(shop, "gold", {"q": "inSegment:big"})


async def test_time_passes(shop: Shop) -> None:
    now = this_instant()
    recent = {"where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P90D"}}}
    days = {"a": 89, "b": 91, "c": 10}
    orders = {one: (now - timedelta(days=ago)).isoformat() for one, ago in days.items()}
    await shop.known_customers(*(person(one, lastOrder=at[:23] + "Z") for one, at in orders.items()))
    await give(shop, "big", recent)
    assert await members(shop, "big") == ["a", "c"]
    await shop.write(keep_others_away)
    later = {"days": 0}
    keeper = RuleKeeper(shop.database, shop.policy, "keeper", lambda: now + timedelta(**later, seconds=5))
    await keeper.work_on(shop.tenant)
    assert await members(shop, "big") == ["a", "c"]
    later["days"] = 2
    await keeper.work_on(shop.tenant)
    assert await members(shop, "big") == ["c"]
    await shop.known_customers(person("b", lastOrder=[(now + timedelta(days=1)).isoformat()[:10], "x"]))
    assert await members(shop, "big") == ["b", "c"]
    later["days"] = 200
    await keeper.work_on(shop.tenant)
    assert await members(shop, "big") == []


async def test_bounds_pause_and_removal(shop: Shop) -> None:
    await shop.known_customers(*(person(f"c{number}", number) for number in range(300)))
    with pytest.raises(InvalidInput, match="200 customers would join, more than 199"):
        await give(shop, "big", BIG, joins=199)
    assert await members(shop, "big") == []
    await give(shop, "big", BIG, joins=200)
    assert len(await members(shop, "big")) == 200
    with pytest.raises(InvalidInput, match="100 customers would leave, more than 99"):
        await give(shop, "big", {"q": "mixins.shop.turnover:>=200"}, leaves=99)
    await shop.write(lambda writer: pause_rule(writer, "big"))
    await shop.known_customers(person("c299", 0), person("c0", 1000))
    assert len(await members(shop, "big")) == 200
    await give(shop, "big", BIG)
    assert "c0" in await members(shop, "big")
    assert "c299" not in await members(shop, "big")
    await shop.write(lambda writer: remove_rule(writer, "big", keep_members=True))
    assert (await members(shop, "big"))[:2] == ["c0!", "c100!"]
    with pytest.raises(NotFound):
        await shop.write(lambda writer: pause_rule(writer, "big"))
    await give(shop, "gold", BIG)
    await shop.write(lambda writer: remove_rule(writer, "gold"))
    assert await members(shop, "gold") == []


async def test_a_segment_that_is_not_deleted_keeps_its_rule(shop: Shop) -> None:
    await shop.known_customers(person("a", 100))
    await give(shop, "big", BIG)

    def refuse(_stored: object) -> None:
        raise VersionConflict(resource_id="big")

    removals = [RemoveSegment(("big",)), RemoveSegment(("big",), force_delete=True, precondition=refuse)]
    outcomes = await shop.write(lambda writer: write_segments(writer, removals))
    assert [type(outcome.error) for outcome in outcomes] == [SegmentInUse, VersionConflict]
    await shop.known_customers(person("b", 100))
    assert await members(shop, "big") == ["a", "b"]


async def test_a_customer_who_is_deleted_for_good_leaves_no_exclusion(shop: Shop) -> None:
    await shop.known_customers(person("a", 100))
    await give(shop, "big", BIG)
    await remove(shop, "big", "a")
    for together, found in ((False, []), (True, ["a"])):
        removal = remove_reference(CUSTOMERS, "a", with_assignments=together)
        await shop.write(lambda writer: write_references(writer, CUSTOMERS, [removal]))  # noqa: B023
        await shop.known_customers(person("a", 100))
        assert await members(shop, "big") == found


async def test_who_may_not_read_sets_no_rule(shop: Shop) -> None:
    """Whether somebody would join tells what is stored."""
    content = rule_content(BIG)

    async def attempt(transaction: Transaction) -> None:
        writer = Writer(shop.caller("MO", "a"), shop.policy, transaction, this_instant())
        await set_rule(writer, "big", content)

    with pytest.raises(Forbidden):
        await shop.database.write(attempt)


async def test_rules_of_a_tenant_are_bounded_together(shop: Shop) -> None:
    many = {"where": {"or": [{"id": {"eq": str(number)}} for number in range(98)]}}
    await shop.segments(*(segment(f"n{number}") for number in range(11)))
    for number in range(10):
        await give(shop, f"n{number}", many)
    with pytest.raises(LimitReached, match="at most 1,000 conditions together"):
        await give(shop, "n10", many)
    await shop.known_customers(person("97"), person("98"))
    assert await members(shop, "n9") == ["97"]


@pytest.mark.slow
async def test_many_values_take_several_statements(shop: Shop) -> None:
    """More parameters than a statement of either database may have."""
    ids = [f"c{number}" for number in range(990)]
    await shop.segments(*(segment(f"n{number}") for number in range(9)))
    for number in range(9):
        await give(shop, f"n{number}", {"where": {"mixin": {"path": f"shop.n{number}", "in": ids}}})
    await shop.known_customers(person("a", n0="c1", n8="c989"), person("b", n4="x"))
    assert [await members(shop, f"n{number}") for number in (0, 4, 8)] == [["a"], [], ["a"]]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "either `where` or `q`"),
        ({"where": {}, "q": "id:a"}, "either `where` or `q`"),
        ({"where": {"phone": {"eq": "1"}}}, "Members: id, firstName"),
        ({"q": "phone:1"}, "Fields: id, firstName"),
        ({"q": "id:"}, "No value"),
        ({"q": "inSegment:exists"}, "inSegment takes the id"),
        ({"q": "mixins.a.b:~((a+)+$)" + "x" * 10_000}, "at most|longer"),
        ({"where": {"or": [{"id": {"eq": "a"}}] * 5_000}}, "larger than"),
        ({"where": {"mixin": {"path": "a.b", "gt": "10000-01-01"}}}, "is not a time"),
        ({"where": {"mixin": {"path": "a.b", "withinLast": "P9999Y"}}}, "duration"),
        ({"where": {"id": {"eq": "a"}}, "timeZone": "Mars/Olympus"}, "no such time zone"),
        ({"where": {"id": {"eq": "a"}}, "timeZone": "../../etc/passwd"}, "no such time zone"),
        ({"where": {"id": {"eq": "a\0"}}}, "cannot be stored"),
        ({"where": {"id": {"eq": 1}}}, "text is expected"),
        ({"where": [], "subject": "X"}, "object is expected"),
        ({"where": {"id": {"eq": "a"}}, "subject": "X"}, "CUSTOMER_OF_LEGAL_ENTITY"),
    ],
)
def test_bad_rules_are_refused(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(GatewayError, match=message):
        rule_content(rule)

"""Why a rule assigns a customer or does not: texts, values, and agreement with the members."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from models.connection.database import Database
from models.tables.customer_assignment import customer_assignment
from resolvers.access import Reader
from resolvers.explain.membership import explain_membership
from resolvers.explain.reason import Explanation, Reason, ReasonCode
from resolvers.policy import Policy
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.examples import examples
from tests.resolvers.transfer.data_files import NOW, DataFiles, data_file, new_tenant, vip
from tests.resolvers.transfer.shops import customer, shops

MOMENT = timedelta(milliseconds=1)
RECENT = {"where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P30D"}}}
BIG = {"where": {"mixin": {"path": "shop.turnover", "gte": 100}}}


@pytest.fixture
def files(database: Database, tenant: str) -> DataFiles:
    return DataFiles(database, tenant)


async def explain(
    files: DataFiles, customer_id: str, legal_entity_id: str | None = None, **options: Any
) -> Explanation:
    now, policy = options.get("now", NOW), options.get("policy", files.policy)
    async with files.database.read() as snapshot:
        reader = Reader(files.caller, policy, snapshot, now)
        return await explain_membership(reader, options.get("segment", "vip"), customer_id, legal_entity_id)


async def rule_reason(files: DataFiles, customer_id: str, rule: dict[str, Any], **options: Any) -> Reason:
    """What the rule says about the customer, once the segment has it."""
    await files.load(data_file(vip(rule=rule)))
    [because] = (await explain(files, customer_id, **options)).because
    [says] = because.reasons
    assert says.holds is because.holds
    return says


def _same(now: datetime) -> datetime:
    return now


def leaves(reason: Reason) -> Iterator[Reason]:
    if reason.code is ReasonCode.CONDITION:
        yield reason
    for inner in reason.reasons:
        yield from leaves(inner)


def mixin(path: str, **filters: Any) -> dict[str, Any]:
    return {"where": {"mixin": {"path": path, **filters}}}


SHOWN = {
    "kind": "customer",
    "id": "anna",
    "firstName": "Anna",
    "legalEntityIds": ["l1"],
    "mixins": {
        "shop": {
            "turnover": 99,
            "lastOrder": "2026-01-10",
            "renewal": "2026-02-03T10:30:00Z",
            "tags": ["a", "b"],
            "isVip": True,
            "code": "007",
            "firstVisitAt": "1990-05-01",
        }
    },
}
ACME = {"kind": "legalEntity", "id": "l1", "name": "Acme", "mixins": {"address": {"country": "FR"}}}


@pytest.mark.parametrize(
    ("rule", "text", "seen", "expected"),
    [
        (mixin("shop.turnover", gte=100), "The turnover is 99, not at least 100.", 99, {"gte": 100}),
        (mixin("shop.turnover", gte=50), "The turnover is 99, at least 50.", 99, {"gte": 50}),
        (mixin("shop.turnover", eq=99), "The turnover is 99.", 99, 99),
        (mixin("shop.turnover", eq="x"), "The turnover is 99, not x.", 99, "x"),
        (mixin("shop.code", eq=7), 'The code is "007", not 7.', "007", 7),
        (
            mixin("shop.tags", **{"in": ["c", "d"]}),
            "The tags are a, b, not one of c, d.",
            ["a", "b"],
            ["c", "d"],
        ),
        (mixin("shop.tags", eq="b"), "The tags are a, b, including b.", ["a", "b"], "b"),
        (mixin("shop.isVip", eq=False), "The is vip is true, not false.", True, False),
        (mixin("shop.size", lt=3), "There is no size.", None, {"lt": 3}),
        (mixin("shop.size", exists=False), "There is no size.", None, {"exists": False}),
        (
            mixin("shop.turnover", exists=False),
            "There is a value for the turnover: 99.",
            99,
            {"exists": False},
        ),
        (
            mixin("shop.lastOrder", withinLast="P14D"),
            "The last order was on 2026-01-10, not within the last 14 days.",
            "2026-01-10",
            {"withinLast": "P14D"},
        ),
        (
            mixin("shop.renewal", withinNext="P1M"),
            "The renewal is on 2026-02-03 10:30 UTC, within the next 1 month.",
            "2026-02-03T10:30:00Z",
            {"withinNext": "P1M"},
        ),
        (
            {"q": "mixins.shop.lastOrder:>now-P1Y6M"},
            "The last order was on 2026-01-10, after 1 year 6 months ago, 2024-07-31 12:00 UTC.",
            "2026-01-10",
            {"gt": "now-P1Y6M"},
        ),
        (
            {"q": "mixins.shop.lastOrder:<2026-01-01"},
            "The last order was on 2026-01-10, not before 2026-01-01.",
            "2026-01-10",
            {"lt": "2026-01-01"},
        ),
        (
            mixin("shop.firstVisitAt", eq="1990-05-02"),
            "The first visit was on 1990-05-01, not 1990-05-02.",
            "1990-05-01",
            "1990-05-02",
        ),
        ({"q": "firstName:~Be"}, "The first name is Anna, not a match of Be.", "Anna", {"matches": "Be"}),
        ({"where": {"inSegment": "other"}}, "The customer is not in the segment other.", [], "other"),
        ({"q": "legalEntity.name:Acme"}, "The name of the legal entity is Acme.", "Acme", "Acme"),
    ],
)
async def test_a_condition_says_what_was_seen_and_expected(
    files: DataFiles, rule: dict[str, Any], text: str, seen: Any, expected: Any
) -> None:
    await files.load(data_file(ACME, SHOWN))
    says = await rule_reason(files, "anna", rule)
    assert (says.code, says.text, says.seen, says.expected) == (ReasonCode.CONDITION, text, seen, expected)


async def test_conditions_are_nested_as_in_the_rule(files: DataFiles) -> None:
    country = {"legalEntity": {"mixin": {"path": "address.country", "eq": "DE"}}}
    big, small = ({"mixin": {"path": "shop.turnover", name: 50}} for name in ("gte", "lt"))
    await files.load(
        data_file(ACME, {**ACME, "id": "l2", "name": None}, {**SHOWN, "legalEntityIds": ["l1", "l2"]})
    )
    says = await rule_reason(
        files, "anna", {"where": {"and": [big, {"or": [small, country]}, {"not": small}]}}
    )

    def shown(reason: Reason) -> Any:
        return (str(reason.code), reason.holds, [shown(one) for one in reason.reasons])

    condition = "CONDITION"
    assert shown(says) == (
        "ALL",
        False,
        [
            (condition, True, []),
            (
                "ANY",
                False,
                [
                    (condition, False, []),
                    ("ANY_LEGAL_ENTITY", False, [("LEGAL_ENTITY", False, [(condition, False, [])])] * 2),
                ],
            ),
            ("NOT", True, [(condition, False, [])]),
        ],
    )
    [because] = (await explain(files, "anna")).because
    assert because.text == (
        "The customer anna is not assigned. "
        "None of 2 conditions holds: The turnover is 99, not less than 50. No legal entity fits. "
        "The legal entity Acme: The country of the legal entity is FR, not DE."
    )
    assert [one.seen for one in says.reasons[1].reasons[1].reasons] == ["l1", "l2"]


async def test_hands_are_named_before_the_rule(files: DataFiles) -> None:
    lines = [
        vip(rule=BIG),
        customer("a", 100),
        {
            "kind": "customerExclusion",
            "segmentId": "vip",
            "customerId": "a",
            "metadata": {"createdAt": "2026-01-02T03:04:05Z"},
        },
        {"kind": "customerAssignment", "segmentId": "vip", "customerId": "b"},
    ]
    await files.load(data_file(*lines))
    [out] = (await explain(files, "a")).because
    assert (out.holds, out.code, out.since) == (
        False,
        ReasonCode.EXCLUDED_BY_CLIENT,
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    assert out.text == (
        "The customer a was taken out by a client on 2026-01-02 03:04 UTC. "
        "The rule of the segment does not bring them back."
    )
    [by_hand] = (await explain(files, "b")).because
    assert (by_hand.holds, by_hand.code) == (True, ReasonCode.ASSIGNED_BY_CLIENT)
    assert by_hand.text.endswith("The rule of the segment does not change that.")


async def test_whom_the_rule_does_not_range_over(files: DataFiles) -> None:
    await files.load(data_file(ACME, SHOWN, vip(rule=BIG)))
    [unknown] = (await explain(files, "nobody")).because
    [other] = (await explain(files, "anna", "l1")).because
    await files.load(data_file(vip(rule={**BIG, "subject": "CUSTOMER_OF_LEGAL_ENTITY"})))
    [reverse] = (await explain(files, "anna")).because
    [unlinked] = (await explain(files, "anna", "l2")).because
    assert [one.reasons[0].code for one in (unknown, other, reverse, unlinked)] == [
        ReasonCode.CUSTOMER_UNKNOWN,
        ReasonCode.RULE_OF_OTHER_SUBJECT,
        ReasonCode.RULE_OF_OTHER_SUBJECT,
        ReasonCode.CUSTOMER_UNKNOWN,
    ]


async def test_a_rule_that_is_not_applied_says_so(files: DataFiles) -> None:
    await files.load(data_file(vip(rule={**BIG, "paused": True}), customer("a", 100)))
    [because] = (await explain(files, "a")).because
    assert (because.holds, because.reasons[0].code, because.reasons[1].holds) == (
        False,
        ReasonCode.RULE_NOT_APPLIED,
        True,
    )
    assert because.text == "The customer a is not assigned. The rule says otherwise, but it is paused."
    await files.load(data_file(vip(rule=BIG)))
    off = Policy(rules=False)
    assert (await explain(files, "a", policy=off)).holds
    await files.load(data_file(vip(rule={**BIG, "paused": True})))
    await files.load(data_file(customer("a", 1)))
    [because] = (await explain(files, "a", policy=off)).because
    assert (because.holds, because.reasons[0].seen) == (True, "PAUSED")


@pytest.mark.parametrize(
    ("zone", "until"), [("UTC", "2026-02-09T00:00Z"), ("Europe/Berlin", "2026-02-09T00:00Z")]
)
async def test_time_alone_changes_a_yes_at_the_instant_that_it_names(
    files: DataFiles, zone: str, until: str
) -> None:
    await files.load(data_file(customer("a", 1, lastOrder="2026-01-10")))
    says = await rule_reason(files, "a", {**RECENT, "timeZone": zone})
    assert says.holds
    assert says.until == datetime.fromisoformat(until)
    for now, holds in ((says.until - MOMENT, True), (says.until, False)):
        keeper = RuleKeeper(files.database, files.policy, "test", partial(_same, now))
        await keeper.work_on(files.caller.tenant)
        explanation = await explain(files, "a", now=now)
        assert explanation.holds is holds
        assert explanation.because[0].reasons[0].holds is holds


async def test_time_alone_changes_a_no_and_only_what_depends_on_it(files: DataFiles) -> None:
    await files.load(data_file(customer("a", 1, lastOrder="2026-02-10T12:00:00.000Z"), customer("b", 200)))
    until = datetime(2026, 2, 10, 12, tzinfo=UTC)
    big = BIG["where"]
    says = await rule_reason(files, "a", {"where": {"or": [RECENT["where"], big]}})
    assert (says.holds, says.until) == (False, until)
    assert [one.until for one in says.reasons] == [until, None]
    says = await rule_reason(files, "a", {"where": {"and": [RECENT["where"], big]}})
    assert (says.until, [one.until for one in says.reasons]) == (None, [until, None])
    assert (await explain(files, "b")).because[0].until is None


async def test_changing_what_the_only_no_names_makes_it_a_yes(files: DataFiles) -> None:
    conditions = [
        {"mixin": {"path": "shop.turnover", "gte": 2}},
        {"mixin": {"path": "shop.class", "eq": "A"}},
        {"mixin": {"path": "shop.isVip", "eq": True}},
        {"not": {"mixin": {"path": "shop.isBlocked", "eq": True}}},
    ]
    good, bad = (2, "A", True, False), (1, "B", False, True)
    names = ("turnover", "class", "isVip", "isBlocked")
    await files.load(data_file(vip(rule={"where": {"and": conditions}})))
    for at_fault in range(len(conditions)):
        values = dict(zip(names, good, strict=True)) | {names[at_fault]: bad[at_fault]}
        await files.load(data_file({"kind": "customer", "id": "a", "mixins": {"shop": values}}))
        explanation = await explain(files, "a")
        [no] = [one for one in explanation.because[0].reasons[0].reasons if not one.holds]
        assert not explanation.holds
        is_not = no.code is ReasonCode.NOT
        [leaf] = leaves(no)
        assert leaf.seen == bad[at_fault]
        wanted = leaf.expected["gte"] if isinstance(leaf.expected, dict) else leaf.expected
        values[names[at_fault]] = not wanted if is_not else wanted
        await files.load(data_file({"kind": "customer", "id": "a", "mixins": {"shop": values}}))
        assert (await explain(files, "a")).holds


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(shop=shops())
async def test_it_agrees_with_the_members_of_any_shop(database: Database, shop: list[dict[str, Any]]) -> None:
    """Each combination of customer, legal entity and segment; every reason with those inside it."""
    files = DataFiles(database, new_tenant())
    await files.load(data_file(*shop))
    async with files.database.read() as session:
        rows = await session.rows(
            customer_assignment.select().where(customer_assignment.c.tenant == files.caller.tenant)
        )
    stored = {(row["segment_id"], row["customer_id"], row["legal_entity_id"]): row for row in rows}
    segments = [one["id"] for one in shop if one["kind"] == "segment"]
    for key in product(segments, "abcdx", ("", "l1", "l2")):
        explanation = await explain(files, key[1], key[2] or None, segment=key[0])
        [because] = explanation.because
        assert explanation.holds is because.holds is (key in stored)
        if because.reasons:
            assert stored.get(key, {"assignment_type": "AUTOMATIC"})["assignment_type"] == "AUTOMATIC"
            [says] = because.reasons
            assert says.holds is because.holds
            check(says)


def check(reason: Reason) -> None:
    """The reasons inside decide as the code says."""
    inner = [one.holds for one in reason.reasons]
    match reason.code:
        case ReasonCode.ANY | ReasonCode.ANY_LEGAL_ENTITY:
            assert reason.holds is any(inner)
        case ReasonCode.NOT:
            assert reason.holds is not any(inner)
        case ReasonCode.CONDITION | ReasonCode.RULE_OF_OTHER_SUBJECT | ReasonCode.CUSTOMER_UNKNOWN:
            assert inner == []
        case _:
            assert reason.holds is all(inner)
    for one in reason.reasons:
        check(one)

"""Changing what an explanation names as the reason of an answer changes the answer, and back again."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update

from benchmarks.explain.shop import NOW, SITES, Item, RandomShop, random_shop, store
from models.connection.database import Database
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import product_category
from models.tables.segment import segment
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.explain.membership import explain_membership
from resolvers.explain.reason import Explanation, Reason, ReasonCode
from resolvers.explain.visibility import explain_visibility
from resolvers.policy import Policy
from tests.factories.documents import segment as document
from tests.factories.examples import examples
from tests.factories.shop import Shop

QUESTIONS: Final = examples(150)
A_DAY: Final = timedelta(days=1)
KEY: Final = ("segment_id", "customer_id", "legal_entity_id")
VERSIONED: Final = {
    "mixins": {},
    "mixin_schemas": {},
    "version": 1,
    "created_at": NOW,
    "modified_at": NOW,
}
LEADS: Final = {
    ReasonCode.ITEM_ASSIGNED,
    ReasonCode.CATEGORY_OF_PRODUCT_ASSIGNED,
    ReasonCode.CATEGORY_BELOW_ASSIGNED,
}


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a customer sees an item."""

    customer_id: str
    item: Item
    legal_entity_id: str | None
    site_code: str | None


@dataclass(slots=True)
class Asker:
    """Asks in a shop whose rows it changes, and counts the conditions that it has changed."""

    shop: Shop
    known: RandomShop
    random: Random
    flipped: dict[tuple[ReasonCode, bool], int]

    async def explain(self, question: Question) -> Explanation:
        caller = Caller(self.shop.tenant, frozenset({Scope.READ}))
        async with self.shop.database.read() as snapshot:
            return await explain_visibility(
                Reader(caller, Policy(enforce_validity=True), snapshot, NOW),
                question.customer_id,
                *question.item,
                legal_entity_id=question.legal_entity_id,
                site_code=question.site_code,
            )

    def count(self, code: ReasonCode, *, holds: bool) -> None:
        self.flipped[code, holds] = self.flipped.get((code, holds), 0) + 1

    def times_flipped(self, code: ReasonCode) -> int:
        """How often the condition was turned off."""
        return self.flipped.get((code, True), 0)

    async def change(self, question: Question, segment_id: str, reason: Reason) -> None:
        """Turn the condition that a reason is about, by the rows alone."""
        self.count(reason.code, holds=reason.holds)
        match reason.code:
            case ReasonCode.CUSTOMER_ASSIGNED if reason.holds:
                acting = [NO_LEGAL_ENTITY, question.legal_entity_id]
                rows = self._of(customer_assignment, segment_id=segment_id, customer_id=question.customer_id)
                if question.legal_entity_id is not None:
                    rows.append(customer_assignment.c.legal_entity_id.in_(acting))
                await self._run(delete(customer_assignment).where(*rows))
            case ReasonCode.CUSTOMER_ASSIGNED:
                acting_for = self.random.choice((NO_LEGAL_ENTITY, question.legal_entity_id or "le0"))
                await self.add((segment_id, question.customer_id, acting_for))
            case ReasonCode.SEGMENT_ACTIVE:
                await self._update(segment_id, status="INACTIVE" if reason.holds else "ACTIVE")
            case ReasonCode.SEGMENT_VALID:
                ends = (NOW + A_DAY, None) if reason.holds else (NOW, None)
                await self._update(segment_id, valid_from=ends[0], valid_to=ends[1])
            case ReasonCode.SEGMENT_ON_SITE:
                other = next(one for one in SITES if one != question.site_code)
                await self._update(segment_id, site_code=other if reason.holds else question.site_code)
            case _:
                assert reason.code in LEADS
                await self._lead_away(question, segment_id, reason)

    async def lead_to(self, question: Question, segment_id: str) -> None:
        """Put the item into a segment."""
        type_, item_id = question.item
        key = {"segment_id": segment_id, "type": type_, "item_id": item_id}
        await self._run(insert(item_assignment).values(tenant=self.shop.tenant, **key, **VERSIONED))

    async def _lead_away(self, question: Question, segment_id: str, reason: Reason) -> None:
        """Take away the way that the reason names: from the segment, or between product and category."""
        if reason.code is ReasonCode.CATEGORY_OF_PRODUCT_ASSIGNED and self.random.random() < 0.5:
            link = {"product_id": question.item[1], "category_id": reason.seen["itemId"]}
            await self._run(delete(product_category).where(*self._of(product_category, **link)))
            return
        key = {"segment_id": segment_id, "type": reason.seen["type"], "item_id": reason.seen["itemId"]}
        await self._run(delete(item_assignment).where(*self._of(item_assignment, **key)))

    async def add(self, key: tuple[str, str, str]) -> None:
        """Assign a customer: segment, customer, and legal entity or none."""
        row = {"assignment_type": "MANUAL", **dict(zip(KEY, key, strict=True)), **VERSIONED}
        await self._run(insert(customer_assignment).values(tenant=self.shop.tenant, **row))

    async def remove(self, key: tuple[str, str, str]) -> None:
        """Take the assignment away."""
        rows = self._of(customer_assignment, **dict(zip(KEY, key, strict=True)))
        await self._run(delete(customer_assignment).where(*rows))

    async def _update(self, segment_id: str, **values: Any) -> None:
        await self._run(update(segment).where(*self._of(segment, id=segment_id)).values(**values))

    def _of(self, table: Any, **key: Any) -> list[Any]:
        return [table.c.tenant == self.shop.tenant, *(table.c[name] == value for name, value in key.items())]

    async def _run(self, statement: Any) -> None:
        async def work(writer: Writer) -> None:
            await writer.transaction.write(statement)

        await self.shop.write(work)


async def asker_of(database: Database, seed: int) -> Asker:
    """One whose questions, and changes, follow from the seed."""
    random = Random(seed)  # noqa: S311  (no secret)
    known = random_shop(random)
    tenant = f"flip{uuid4().hex[:8]}"
    await store(known, database, tenant)
    return Asker(Shop(database, tenant), known, random, {})


def random_question(asker: Asker) -> Question:
    random, known = asker.random, asker.known
    type_ = random.choice(("PRODUCT", "CATEGORY"))
    return Question(
        random.choice(known.customers),
        random.choice([one for one in known.every_item if one[0] == type_]),
        random.choice((None, *known.legal_entities)),
        random.choice((None, *SITES)),
    )


def segment_of(reason: Reason) -> str:
    segment_id: str = reason.seen["segmentId"]
    return segment_id


def reason_of(explanation: Explanation, segment_id: str) -> Reason | None:
    """The reason about one segment, where it leads to the item."""
    about = [one for one in explanation.because if one.seen and segment_of(one) == segment_id]
    return about[0] if about else None


async def turn_to_yes(asker: Asker, question: Question, explanation: Explanation) -> None:
    """Change each condition that one segment's reason names as missing: the last one makes it a yes."""
    if explanation.because[0].code is ReasonCode.ITEM_IN_NO_SEGMENT:
        await asker.lead_to(question, asker.random.choice(asker.known.segments).id)
        explanation = await asker.explain(question)
        asker.count(ReasonCode.ITEM_IN_NO_SEGMENT, holds=False)
    segment_id = segment_of(asker.random.choice(explanation.because))
    reason = reason_of(explanation, segment_id)
    assert reason is not None
    missing = [one for one in reason.reasons if not one.holds]
    for one in asker.random.sample(missing, len(missing)):
        assert not (await asker.explain(question)).holds, (question, one)
        await asker.change(question, segment_id, one)
    now = await asker.explain(question)
    shown = reason_of(now, segment_id)
    assert now.holds, (question, reason)
    assert shown is not None
    assert all(one.holds for one in shown.reasons)


async def turn_to_no(asker: Asker, question: Question, explanation: Explanation) -> None:
    """Change one condition of each segment that shows the item: the last one makes it a no."""
    showing = [segment_of(one) for one in explanation.because if one.holds]
    for number, segment_id in enumerate(showing, start=1):
        reason = reason_of(explanation, segment_id)
        assert reason is not None
        code = min((one.code for one in reason.reasons), key=asker.times_flipped)
        while reason is not None and reason.holds:  # it may lead to the item in several ways
            one = next(one for one in reason.reasons if one.code == code or {one.code, code} <= LEADS)
            await asker.change(question, segment_id, one)
            explanation = await asker.explain(question)
            reason = reason_of(explanation, segment_id)
        assert (reason is None) == (code in LEADS)
        assert explanation.holds == (number < len(showing)), (question, code)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_what_is_named_decides(database: Database, seed: int) -> None:
    asker = await asker_of(database, seed)
    for _ in range(QUESTIONS):
        question = random_question(asker)
        explanation = await asker.explain(question)
        if explanation.holds:
            await turn_to_no(asker, question, explanation)
        await turn_to_yes(asker, question, await asker.explain(question))
        await turn_to_no(asker, question, await asker.explain(question))
    both_ways = set(ReasonCode.__members__) & {
        "CUSTOMER_ASSIGNED",
        "SEGMENT_ACTIVE",
        "SEGMENT_VALID",
        "SEGMENT_ON_SITE",
    }
    assert {code for code, holds in asker.flipped if holds} == {*both_ways, *LEADS}
    assert {code for code, holds in asker.flipped if not holds} == {*both_ways, "ITEM_IN_NO_SEGMENT"}


async def test_membership_follows_what_is_named(database: Database) -> None:
    """Assigned and not, for themselves and on behalf of a company, in a segment that is there or not."""
    asker = await asker_of(database, 4)
    shop, random = asker.shop, asker.random

    async def explain(key: tuple[str, str, str]) -> Reason:
        explanation = await shop.read(lambda reader: explain_membership(reader, *key))
        [reason] = explanation.because
        assert explanation.holds == reason.holds
        return reason

    seen = set()
    for number in range(QUESTIONS):
        companies = (NO_LEGAL_ENTITY, *asker.known.legal_entities)
        customer_and_company = (random.choice(asker.known.customers), random.choice(companies))
        known = random.choice(asker.known.segments).id
        assigned = random.choice(sorted(asker.known.members))
        key = random.choice(
            ((f"new{number}", *customer_and_company), (known, *customer_and_company), assigned)
        )
        reason = await explain(key)
        seen.add(reason.code)
        if reason.code is ReasonCode.SEGMENT_UNKNOWN:
            await shop.segments(document(key[0]))
            assert (await explain(key)).code is ReasonCode.NOT_ASSIGNED
        for _ in range(2):
            if (await explain(key)).holds:
                await asker.remove(key)
                assert (await explain(key)).code is ReasonCode.NOT_ASSIGNED
            else:
                await asker.add(key)
                assert (await explain(key)).code is ReasonCode.ASSIGNED_BY_CLIENT
    assert seen == {ReasonCode.SEGMENT_UNKNOWN, ReasonCode.NOT_ASSIGNED, ReasonCode.ASSIGNED_BY_CLIENT}

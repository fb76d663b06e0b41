"""A shop whose customers, rules and hands change at random, and what its segments should then hold."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import update

from models.connection.session import Transaction
from models.filter.moment import moment
from models.filter.tree import And, AnyOf, Compare, Condition, Literal, Not, Or, Some, Within
from models.tables.columns import instant_text
from models.tables.customer_assignment import customer_assignment
from models.tables.rule import rule_head
from resolvers.access import Writer
from resolvers.customer_assignment import (
    assign_customer,
    customer_key,
    remove_customer,
    write_customer_assignments,
)
from resolvers.errors import InvalidInput, NotFound
from resolvers.reference.write import (
    CUSTOMERS,
    LEGAL_ENTITIES,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.release import release_customers
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.document import rule_content
from resolvers.rules.head import lock_rules
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.rules.vocabulary import RuleSubject
from resolvers.segment.write import RemoveSegment, upsert_segment, write_segments
from resolvers.writing.run import run
from tests.factories.documents import segment
from tests.factories.shop import Shop, succeeded
from tests.models.filter.evaluate import holds

Result = TypeVar("Result")
Key: TypeAlias = tuple[str, str, str]
START = datetime(2026, 3, 28, 22, tzinfo=UTC)
"""In Berlin, clocks change that night."""
PEOPLE = [f"c{number}" for number in range(8)]
COMPANIES = ["l0", "l1", "l2"]
SEGMENTS = ["s0", "s1", "s2", "s3"]


@dataclass
class World:
    """The shop, and a model of it in plain Python."""

    shop: Shop
    chance: Random
    now: datetime = START
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    companies: dict[str, dict[str, Any]] = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)
    rules: dict[str, RuleContent] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    members: dict[Key, str] = field(default_factory=dict)
    excluded: set[Key] = field(default_factory=set)
    is_building: bool = False
    """Whether members may be behind the rules, as some are being built."""

    # What happens

    async def begin(self) -> None:
        """Have segments, and time that no other process lets pass."""
        await self.create_segment()
        await self.write(keep_others_away)

    async def step(self) -> str:
        """Let one thing happen, in the shop and in the model; its name."""
        steps = [
            *[self.change_person] * 6,
            *[self.change_company] * 2,
            *[self.pass_time] * 3,
            *[self.write_by_hand] * 3,
            *[self.set_rule] * 3,
            self.delete_person,
            self.delete_company,
            self.pause,
            self.remove_rule,
            self.release,
            self.delete_segment,
            self.create_segment,
        ]
        chosen = self.chance.choice(steps)
        needs_members = chosen in (self.pause, self.remove_rule, self.release)
        if self.is_building and (needs_members or self.chance.random() < 0.2):
            await self.finish_builds()
        await chosen()
        return chosen.__name__

    async def finish_builds(self) -> None:
        """Let the rules that are being built reach their ends."""
        await self.keeper().build_all(self.shop.tenant)
        self.is_building = False

    def keeper(self) -> RuleKeeper:
        """A process that works in the background, now."""
        return RuleKeeper(self.shop.database, self.shop.policy, "keeper", lambda: self.now)

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        async def written(transaction: Transaction) -> Result:
            return await run(Writer(self.shop.caller("RM"), self.shop.policy, transaction, self.now), work)

        return await self.shop.database.write(written)

    async def change_person(self) -> None:
        ids = self.chance.sample(PEOPLE, self.chance.choice([1, 1, 3]))
        documents: list[dict[str, Any]] = [
            {
                "id": one,
                "email": self.chance.choice([None, "a@x.example", "b@x.example"]),
                "mixins": self.mixins(),
                "legalEntityIds": self.chance.sample(COMPANIES, self.chance.choice([0, 1, 1, 2])),
            }
            for one in ids
        ]
        commands = [upsert_reference(CUSTOMERS, one, self.shop.policy) for one in documents]
        succeeded(await self.write(lambda writer: write_references(writer, CUSTOMERS, commands)))
        self.people |= {one["id"]: one for one in documents}
        self.settle()

    async def change_company(self) -> None:
        document: dict[str, Any] = {
            "id": self.chance.choice(COMPANIES),
            "name": "Acme",
            "mixins": self.mixins(),
        }
        command = upsert_reference(LEGAL_ENTITIES, document, self.shop.policy)
        succeeded(await self.write(lambda writer: write_references(writer, LEGAL_ENTITIES, [command])))
        self.companies[document["id"]] = document
        self.settle()

    async def delete_person(self) -> None:
        one, together = self.chance.choice(PEOPLE), self.chance.random() < 0.5
        command = remove_reference(CUSTOMERS, one, with_assignments=together)
        succeeded(await self.write(lambda writer: write_references(writer, CUSTOMERS, [command])))
        self.people.pop(one, None)
        if together:
            self.members = {key: kind for key, kind in self.members.items() if key[1] != one}
            self.excluded = {key for key in self.excluded if key[1] != one}
        self.settle()

    async def delete_company(self) -> None:
        one = self.chance.choice(COMPANIES)
        command = remove_reference(LEGAL_ENTITIES, one)
        succeeded(await self.write(lambda writer: write_references(writer, LEGAL_ENTITIES, [command])))
        self.companies.pop(one, None)
        for person in self.people.values():
            person["legalEntityIds"] = [other for other in person["legalEntityIds"] if other != one]
        self.settle()

    async def pass_time(self) -> None:
        self.now += timedelta(hours=self.chance.choice([0.5, 1, 5, 24, 40, 700]))
        self.is_building = await self.keeper().work_on(self.shop.tenant)  # no more than a chunk of each build
        self.settle()

    async def write_by_hand(self) -> None:
        if not self.segments:
            return
        keys = [self.some_key() for _ in range(self.chance.choice([1, 1, 2]))]
        commands = [
            remove_customer(key) if self.chance.random() < 0.5 else assign_customer(key, {}, self.shop.policy)
            for key in keys
        ]
        succeeded(await self.write(lambda writer: write_customer_assignments(writer, commands)))
        for key, command in zip(keys, commands, strict=True):
            if hasattr(command, "content"):
                self.members[key] = "MANUAL"
                self.excluded.discard(key)
            else:
                self.members.pop(key, None)
                if key[0] in self.rules:
                    self.excluded.add(key)
        self.settle()

    async def set_rule(self) -> None:
        if not self.segments:
            return
        one, content = self.chance.choice(sorted(self.segments)), rule_content(self.some_rule())
        try:
            made = await self.write(lambda writer: set_rule(writer, one, content))
        except InvalidInput as error:
            assert "circle" in error.message or "no segment" in error.message  # noqa: PT017
            return
        self.is_building |= made.state == "BUILDING"
        self.rules[one] = content
        self.paused.discard(one)
        self.settle()

    async def pause(self) -> None:
        one = self.chance.choice(SEGMENTS)
        if await self.attempt(lambda writer: pause_rule(writer, one)):
            self.paused.add(one)

    async def remove_rule(self) -> None:
        one, keep = self.chance.choice(SEGMENTS), self.chance.random() < 0.5
        if await self.write(lambda writer: remove_rule(writer, one, keep_members=keep)):
            self.forget_rule(one)
            for key in [key for key, kind in self.members.items() if key[0] == one and kind == "AUTOMATIC"]:
                if keep:
                    self.members[key] = "MANUAL"
                else:
                    del self.members[key]
        self.settle()

    async def release(self) -> None:
        keys = [self.some_key() for _ in range(3)]
        one = self.chance.choice(SEGMENTS)
        keys = [(one, *key[1:]) for key in keys]
        if not await self.attempt(lambda writer: release_customers(writer, one, keys)):
            return
        for key in keys:
            self.excluded.discard(key)
            if self.members.get(key) == "MANUAL":
                if one in self.paused:
                    self.members[key] = "AUTOMATIC"
                else:
                    del self.members[key]
        self.settle()

    async def delete_segment(self) -> None:
        one = self.chance.choice(SEGMENTS)
        command = RemoveSegment((one,), force_delete=True)
        succeeded(await self.write(lambda writer: write_segments(writer, [command])))
        self.segments.discard(one)
        self.forget_rule(one)
        self.members = {key: kind for key, kind in self.members.items() if key[0] != one}
        self.settle()

    async def create_segment(self) -> None:
        for one in SEGMENTS:
            command = upsert_segment(one, segment(one), self.shop.policy)
            succeeded(await self.write(lambda writer: write_segments(writer, [command])))  # noqa: B023
            self.segments.add(one)

    async def attempt(self, work: Callable[[Writer], Awaitable[Any]]) -> bool:
        try:
            await self.write(work)
        except NotFound:
            return False
        return True

    # What is chosen

    def mixins(self) -> dict[str, Any]:
        days = self.chance.choice([-400, -40, -31, -30, -29, -2, -1, 0, 1, 20, 29, 31])
        last = self.now + timedelta(days=days, hours=self.chance.choice([-5, 0, 0.5, 3]))
        text = instant_text(last) if self.chance.random() < 0.7 else instant_text(last)[:10]
        shop: dict[str, Any] = {
            "turnover": self.chance.choice([0, 1, 50, 100, 100.5, "100", None, True]),
            "lastOrder": self.chance.choice([text, text, [text, "x"], None, "never"]),
        }
        address = {"country": self.chance.choice(["DE", "FR"])}
        chosen = {"shop": shop, "address": address}
        return {name: value for name, value in chosen.items() if self.chance.random() < 0.85}

    def some_key(self) -> Key:
        legal_entity_id = self.chance.choice([None, None, *COMPANIES])
        key = customer_key(
            self.chance.choice(sorted(self.segments) or SEGMENTS), self.chance.choice(PEOPLE), legal_entity_id
        )
        return key[0], key[1], key[2]

    def some_rule(self) -> dict[str, Any]:
        return {
            "where": self.some_where(2),
            "subject": self.chance.choice(list(RuleSubject)),
            "timeZone": self.chance.choice(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
        }

    def some_where(self, depth: int) -> dict[str, Any]:
        if depth and self.chance.random() < 0.5:
            parts = [self.some_where(depth - 1) for _ in range(2)]
            return self.chance.choice([{"and": parts}, {"or": parts}, {"not": parts[0]}])
        last_order = {"path": "shop.lastOrder"}
        return self.chance.choice(
            [
                {"mixin": {"path": "shop.turnover", "gte": self.chance.choice([1, 100])}},
                {"mixin": {**last_order, "withinLast": self.chance.choice(["P30D", "P1M", "PT30H"])}},
                {"mixin": {**last_order, "withinNext": "P1D"}},
                {"mixin": {**last_order, "lt": self.chance.choice(["now", "now-P1D", "now+P1M"])}},
                {"mixin": {**last_order, "exists": True}},
                {"email": {"eq": "a@x.example"}},
                {"legalEntity": {}},
                {"legalEntity": {"id": {"in": ["l0", "l1"]}}},
                {"legalEntity": {"mixin": {"path": "address.country", "eq": "DE"}}},
                {"legalEntity": {"mixin": {**last_order, "withinLast": "P30D"}}},
                {"not": {"legalEntity": {"name": {"eq": "Acme"}}}},
                {"inSegment": self.chance.choice(SEGMENTS)},
                {"inSegment": self.chance.choice(SEGMENTS), "id": {"in": ["c0", "c1", "c2"]}},
            ]
        )

    # What should be

    def forget_rule(self, segment_id: str) -> None:
        self.rules.pop(segment_id, None)
        self.paused.discard(segment_id)
        self.excluded = {key for key in self.excluded if key[0] != segment_id}

    def settle(self) -> None:
        """Make the model's members what rules say, as often as one rule follows from another's."""
        for _ in SEGMENTS:
            for one, content in self.rules.items():
                if one not in self.paused:
                    self.apply(one, content)

    def apply(self, segment_id: str, content: RuleContent) -> None:
        condition = content.tree()
        for key, row in self.rows(segment_id, content.subject):
            kind = self.members.get(key)
            at_key = resolved(condition, self, key, content)
            is_member = holds(at_key, row) and key not in self.excluded
            if is_member and kind is None:
                self.members[key] = "AUTOMATIC"
            elif kind == "AUTOMATIC" and not is_member:
                del self.members[key]
        known = {key for key, _ in self.rows(segment_id, content.subject)}
        self.members = {
            key: kind
            for key, kind in self.members.items()
            if key[0] != segment_id or kind == "MANUAL" or key in known
        }

    def rows(self, segment_id: str, subject: RuleSubject) -> Iterator[tuple[Key, dict[str, Any]]]:
        for one, person in self.people.items():
            companies = [self.company(other) for other in person["legalEntityIds"]]
            if subject is RuleSubject.CUSTOMER:
                yield (segment_id, one, ""), {**person, "legal_entities": companies}
            else:
                for company in companies:
                    yield (segment_id, one, company["id"]), {**person, "legal_entities": [company]}

    def company(self, id_: str) -> dict[str, Any]:
        return self.companies.get(id_, {"id": id_, "name": None, "mixins": {}})

    def is_in(self, segment_id: str, key: Key, subject: RuleSubject) -> bool:
        _, customer_id, legal_entity_id = key
        return any(
            one[:2] == (segment_id, customer_id)
            and (subject is RuleSubject.CUSTOMER or one[2] in ("", legal_entity_id))
            for one in self.members
        )

    async def stored(self) -> dict[Key, str]:
        """The members that the shop has."""
        rows = (await self.shop.rows())[customer_assignment.name]
        return {
            (row["segment_id"], row["customer_id"], row["legal_entity_id"]): row["assignment_type"]
            for row in rows
        }


async def keep_others_away(writer: Writer) -> None:
    """Hold the lease on background work for good: applications of other tests have another clock."""
    await lock_rules(writer)
    held = {"lease_owner": "a test", "lease_until": datetime.max.replace(tzinfo=UTC)}
    await writer.transaction.write(
        update(rule_head).where(rule_head.c.tenant == writer.tenant).values(**held)
    )


def resolved(  # noqa: PLR0911  (one for each kind of condition)
    condition: Condition, world: World, key: Key, content: RuleContent
) -> Condition:
    """The condition with instants for moments, and the answer in place of a question for members."""

    def inside(part: Condition) -> Condition:
        return resolved(part, world, key, content)

    def literal(one: Literal) -> Literal:
        found = moment(one.text)
        zone = ZoneInfo(content.time_zone)
        return one if found is None else Literal(instant_text(found.at(world.now, zone)))

    match condition:
        case And(parts) | Or(parts):
            return type(condition)(tuple(map(inside, parts)))
        case Not(part):
            return Not(inside(part))
        case Some(path, part):
            return Some(path, inside(part))
        case Compare(("inSegment",), _, one):
            return And(()) if world.is_in(one.text, key, content.subject) else Or(())
        case Compare(_, _, one):
            return replace(condition, literal=literal(one))
        case Within(_, after, until):
            return replace(condition, after=literal(after), until=literal(until))
        case AnyOf(_, literals):
            return replace(condition, literals=tuple(map(literal, literals)))
        case _:
            return condition

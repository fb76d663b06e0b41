"""Random customers and rules, and what rules mean for them, worked out in Python."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from models.filter.moment import moment
from models.filter.tree import And, Compare, Condition, Literal, Not, Or, Some, Within
from models.tables.columns import instant_text
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.document import rule_content
from tests.models.filter.evaluate import holds

Key: TypeAlias = tuple[str, str]
MOST_DEPTH: Final = 2
LEAVES: Final = 0.6
"""The share of conditions that combine no others."""
ZONES: Final = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu")


@dataclass
class World:
    """Customers and legal entities as documents, and the members of the segment `vip`."""

    customers: list[dict[str, Any]]
    legal_entities: list[dict[str, Any]]
    vip: set[str] = field(default_factory=set)

    def matching(self, rule: dict[str, Any], at: datetime) -> set[Key]:
        """The keys that satisfy a rule as of an instant."""
        content = _content(orjson.dumps(rule))
        condition = as_of(content.tree(), at, ZoneInfo(content.time_zone))
        found = set()
        for one in self.customers:
            links = [company for company in self.legal_entities if company["id"] in one["legalEntityIds"]]
            if content.subject == "CUSTOMER":
                if holds(condition, self._row(one, links)):
                    found.add((one["id"], ""))
            else:
                found |= {
                    (one["id"], link["id"]) for link in links if holds(condition, self._row(one, [link]))
                }
        return found

    def _row(self, one: dict[str, Any], links: Sequence[dict[str, Any]]) -> dict[str, Any]:
        in_segment = ["vip"] if one["id"] in self.vip else []
        return {**one, "legal_entities": list(links), "inSegment": in_segment}


@cache
def _content(rule: bytes) -> RuleContent:
    """The rule, which is checked once: that compiles it for each kind of database."""
    return rule_content(orjson.loads(rule))


def as_of(condition: Condition, at: datetime, zone: ZoneInfo) -> Condition:
    """The condition with the instants that its moments are, where a rule applies them as of an instant."""
    match condition:
        case And(parts) | Or(parts):
            return type(condition)(tuple(as_of(part, at, zone) for part in parts))
        case Not(part):
            return Not(as_of(part, at, zone))
        case Some(path, part):
            return Some(path, as_of(part, at, zone))
        case _ if "mixins" in condition.path:
            return _leaf_as_of(condition, at, zone)
        case _:
            return condition


def _leaf_as_of(leaf: Any, at: datetime, zone: ZoneInfo) -> Condition:
    def fixed(literal: Literal) -> Literal:
        found = moment(literal.text)
        return literal if found is None else Literal(instant_text(found.at(at, zone)))

    match leaf:
        case Compare(path, operator, literal):
            return Compare(path, operator, fixed(literal))
        case Within(path, after, until):
            return Within(path, fixed(after), fixed(until))
        case _:
            found: Condition = leaf
            return found


def ends_of_days(at: datetime, zone: ZoneInfo, days: int) -> list[tuple[date, datetime]]:
    """Each day with its last millisecond."""
    first = at.astimezone(zone).date()
    dates = [first + timedelta(days=number) for number in range(days)]
    return [
        (
            day,
            datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
            - timedelta(milliseconds=1),
        )
        for day in dates
    ]


def random_world(chance: Random, near: datetime, size: int = 25) -> World:
    """Customers whose dates lie some weeks around an instant."""
    companies = [
        {"id": f"l{number}", "mixins": {"contract": {"until": _dates(chance, near)}}} for number in range(4)
    ]
    customers = [
        {
            "id": f"c{number}",
            "mixins": {"shop": {"turnover": chance.randrange(5), "last": _dates(chance, near)}},
            "legalEntityIds": chance.sample([one["id"] for one in companies], chance.randrange(3)),
        }
        for number in range(size)
    ]
    return World(customers, companies)


def _dates(chance: Random, near: datetime) -> Any:
    """What stands where a date belongs: dates in all their forms, and now and then something else."""
    dates: list[Any] = [_date(chance, near) for _ in range(3)]
    odd: list[Any] = [None, 5, "soon", {}, [dates[:1]], True]
    return chance.choice([*dates, *dates, dates, [*dates, "x", 3], chance.choice(odd)])


def _date(chance: Random, near: datetime) -> str:
    zone = ZoneInfo(chance.choice(ZONES))
    day = near.astimezone(zone) + timedelta(days=chance.randrange(-45, 45))
    midnight = datetime.combine(day.date(), time(), zone)
    match chance.randrange(5):
        case 0:
            return day.date().isoformat()
        case 1:
            return instant_text(midnight)
        case 2:
            return instant_text(midnight - timedelta(milliseconds=1))
        case 3:
            return (midnight + timedelta(minutes=chance.randrange(1440))).isoformat(timespec="seconds")
        case _:
            return instant_text(day + timedelta(milliseconds=chance.randrange(10**8)))


def random_rule(chance: Random) -> dict[str, Any]:
    """A rule that looks at dates more often than not."""
    where = _where(chance, depth=0)
    subject = chance.choice(["CUSTOMER", "CUSTOMER", "CUSTOMER_OF_LEGAL_ENTITY"])
    return {"where": where, "subject": subject, "timeZone": chance.choice(ZONES)}


def _where(chance: Random, depth: int) -> dict[str, Any]:
    timed = {"mixin": {"path": "shop.last", **_timed(chance)}}
    leaves: list[dict[str, Any]] = [
        timed,
        timed,
        timed,
        {"mixin": {"path": "shop.turnover", chance.choice(["gte", "lt"]): chance.randrange(1, 4)}},
        {"legalEntity": {"mixin": {"path": "contract.until", **_timed(chance)}}},
        {"legalEntity": {"id": {"in": chance.sample(["l0", "l1", "l2", "l3"], 2)}}},
        {"inSegment": "vip"},
    ]
    if depth == MOST_DEPTH or chance.random() < LEAVES:
        return chance.choice(leaves)
    parts = [_where(chance, depth + 1) for _ in range(2)]
    return chance.choice([{"and": parts}, {"or": parts}, {"not": parts[0]}])


def _timed(chance: Random) -> dict[str, Any]:
    duration = chance.choice(["P1D", "P7D", "P14DT6H", "P1M", "P2M", "PT36H", "PT0.001S", "P1Y"])
    match chance.randrange(5):
        case 0 | 1:
            return {"withinLast": duration}
        case 2:
            return {"withinNext": duration}
        case 3:
            return {chance.choice(["lt", "lte", "gt", "gte"]): f"now{chance.choice('+-')}{duration}"}
        case _:
            return {"eq": "now", "lte": f"now+{duration}"}

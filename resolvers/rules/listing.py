"""The rules of a tenant with what they have done, and whether their members are what they should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion
from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.rules.difference import Difference
from resolvers.rules.read import ShownRule, all_rules, progress
from resolvers.rules.rule import Rule
from resolvers.rules.vocabulary import RuleState

MOST_DIFFERENCES: Final = 10_000
"""Of one rule, as many keys are compared."""
EXCLUDED: Final = "EXCLUDED"


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """A rule, the part of all customers that it was applied to, and members and exclusions by number."""

    shown: ShownRule
    progress: float
    automatic: int
    by_hand: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Differences:
    """The keys, customer and legal entity, that should be members and are not, and the other way round."""

    missing: Sequence[tuple[str, str]]
    wrong: Sequence[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.missing or self.wrong)


async def rule_summaries(reader: Reader) -> list[RuleSummary]:
    """Every rule of the tenant, by the ids of their segments. Raises Forbidden."""
    rules = await all_rules(reader)
    segment_ids = [one.rule.segment_id for one in rules]
    counts = await _counts(reader, segment_ids)
    return [
        RuleSummary(
            one,
            await progress(reader, one.rule),
            *(counts.get((one.rule.segment_id, kind), 0) for kind in ("AUTOMATIC", "MANUAL", EXCLUDED)),
        )
        for one in rules
    ]


async def differences(reader: Reader, shown: ShownRule) -> Differences:
    """How the members of an active rule differ from those of a rebuild. Nothing is changed.

    What the passing of time is about to change is none: both before and after, the key has to differ.
    """
    reader.caller.require(Scope.READ)
    if shown.rule.state is not RuleState.ACTIVE:
        return Differences([], [])
    before = await _differences(reader, shown.rule, shown.evaluated_to)
    if not before or reader.now <= shown.evaluated_to:
        return before
    after = await _differences(reader, shown.rule, reader.now)
    return Differences(_both(before.missing, after.missing), _both(before.wrong, after.wrong))


def _both(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(one) & set(other))


async def _differences(reader: Reader, rule: Rule, at: datetime) -> Differences:
    difference = Difference(reader.snapshot, reader.tenant, rule, at)

    async def keys(statement: Select[Any]) -> list[tuple[str, str]]:
        rows = await difference.rows(statement, MOST_DIFFERENCES)
        return [(row["customer_id"], row["legal_entity_id"]) for row in rows]

    return Differences(await keys(difference.joins()), await keys(difference.leaves()))


async def _counts(reader: Reader, segment_ids: Sequence[str]) -> Mapping[tuple[str, str], int]:
    kind: ColumnElement[str] = customer_assignment.c.assignment_type
    counted = {customer_assignment: kind, customer_exclusion: literal_column(f"'{EXCLUDED}'")}
    counts: dict[tuple[str, str], int] = {}
    for table, column in counted.items():
        rows = await reader.snapshot.rows(
            select(table.c.segment_id, column.label("kind"), func.count().label("rows"))
            .where(table.c.tenant == reader.tenant, table.c.segment_id.in_(segment_ids))
            .group_by(table.c.segment_id, *([column] if column is kind else []))
        )
        counts |= {(row["segment_id"], row["kind"]): row["rows"] for row in rows}
    return counts

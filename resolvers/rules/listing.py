"""The rules of a tenant with what they have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal_column, select

from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion
from resolvers.access import Reader
from resolvers.rules.read import ShownRule, all_rules, progress
from resolvers.rules.vocabulary import AUTOMATIC, EXCLUDED


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """A rule, the part of all customers that it was applied to, and members and exclusions by number."""

    shown: ShownRule
    progress: float
    automatic: int
    by_hand: int
    excluded: int


async def rule_summaries(reader: Reader) -> list[RuleSummary]:
    """Every rule of the tenant, by the ids of their segments. Raises Forbidden."""
    rules = await all_rules(reader)
    segment_ids = [rule.rule.segment_id for rule in rules]
    counts = await _counts(reader, segment_ids)
    return [
        RuleSummary(
            rule,
            await progress(reader, rule.rule),
            *(counts.get((rule.rule.segment_id, kind), 0) for kind in (AUTOMATIC, "MANUAL", EXCLUDED)),
        )
        for rule in rules
    ]


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

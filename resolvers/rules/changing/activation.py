"""Applying a rule that was set, in its transaction where that is not too much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select

from models.sql.prepared import Row
from models.tables.customer_assignment import customer_assignment
from resolvers.access import Writer
from resolvers.background import Turns
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.errors import InvalidInput
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import TenantRules
from resolvers.rules.judging.judge import Member
from resolvers.rules.preview.difference import Difference
from resolvers.rules.upkeep.apply import new_member
from resolvers.rules.upkeep.chunks import chunks
from resolvers.rules.upkeep.dates import add_dates_of_all
from resolvers.rules.vocabulary import (
    MOST_CHANGES,
    RuleState,
)
from resolvers.writing.change import Cause, Change
from resolvers.writing.save import save


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many customers setting a rule may move at most; None leaves it open."""

    joins: int | None = None
    leaves: int | None = None


UNBOUNDED: Final = Bounds()


async def activate(writer: Writer, rules: TenantRules, rule: Rule, bounds: Bounds) -> Rule:
    """Apply the rule to the whole tenant, if that is not too much for one transaction.

    Else the rule stays as it is: BUILDING.
    """
    difference = Difference(writer.transaction, writer.tenant, rule, rules.moment_of(writer.now))
    joining = await _bounded(difference, difference.joins, bounds.joins, ("mostJoins", "join"))
    leaving = await _bounded(difference, difference.leaves, bounds.leaves, ("mostLeaves", "leave"))
    if len(joining) + len(leaving) > MOST_CHANGES or writer.cause is Cause.IMPORT:
        return rule
    paths = rule.date_paths - rules.rule_set.stored_paths
    if not await add_dates_of_all(writer.transaction, writer.tenant, paths):
        return rule
    await _save_in_chunks(writer, rule, leaving, joining)
    return replace(rule, state=RuleState.ACTIVE)


async def _bounded(
    difference: Difference, statement: Callable[[], Select[Any]], most: int | None, words: tuple[str, str]
) -> Sequence[Row]:
    """The keys that move, one more than MOST_CHANGES at most. Raises InvalidInput above the bound."""
    rows = await difference.rows(statement, MOST_CHANGES + 1)
    if most is not None and len(rows) > most:
        count = len(rows) if len(rows) <= MOST_CHANGES else await difference.count(statement)
        argument, verb = words
        raise InvalidInput(f"{count:,} customers would {verb}, more than {most:,}.", path=(argument,))
    return rows


async def _save_in_chunks(writer: Writer, rule: Rule, leaving: Sequence[Row], joining: Sequence[Row]) -> None:
    turns = Turns()
    for rows in chunks(leaving):
        await take_out(writer, rule, rows)
        await turns.pause()
    for rows in chunks(joining):
        new = [new_member(writer, _member(rule, row)) for row in rows]
        await save(writer, [Change(customer_assignment, None, row, Cause.ACTIVATION) for row in new])
        await turns.pause()


async def take_out(writer: Writer, rule: Rule, rows: Sequence[Row]) -> None:
    """Delete the assignments of some members, by customer and legal entity, as the rule says."""
    stored = await CUSTOMER_ASSIGNMENTS.lock(writer, [_member(rule, row) for row in rows])
    changes = [Change(customer_assignment, row, None, Cause.ACTIVATION) for row in stored.before.values()]
    await save(writer, changes)


def _member(rule: Rule, row: Row) -> Member:
    return rule.segment_id, row["customer_id"], row["legal_entity_id"]

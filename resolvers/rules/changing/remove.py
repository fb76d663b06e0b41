"""Removing the rule of a segment. Needs the scope segment_manage."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion, segment_rule
from resolvers.access import Writer
from resolvers.background import Turns
from resolvers.caller import Scope
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.rules.changing.store import delete_of_segments, keep_dates, save_rules
from resolvers.rules.head import TenantRules, lock_rules_to_change
from resolvers.rules.vocabulary import (
    AUTOMATIC,
    CHUNK,
)
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record
from resolvers.writing.save import save
from resolvers.writing.table import successor


async def remove_rule(writer: Writer, segment_id: str, *, keep_members: bool = False) -> bool:
    """Delete the rule and its exclusions; whether there was one.

    The customers that it has assigned leave, or with `keep_members` stay as if a client had assigned them.
    """
    writer.caller.require(Scope.MANAGE)
    rules = await lock_rules_to_change(writer)
    if segment_id not in rules.rule_set.by_segment:
        return False
    for table in (customer_exclusion, segment_rule):
        await delete_of_segments(writer, table, [segment_id])
    turns = Turns()
    while rows := await _automatic(writer, segment_id):
        await save(writer, [_released(writer, row, keep_members=keep_members) for row in rows])
        await turns.pause()
    left = rules.rule_set.without([segment_id])
    await keep_dates(writer, rules.rule_set, left)
    await save_rules(writer, rules, left)
    return True


async def forget_rules(writer: Writer, rules: TenantRules, segment_ids: Collection[str]) -> None:
    """Delete those of the locked rules whose segments are about to be deleted."""
    gone = [one for one in segment_ids if one in rules.rule_set.by_segment]
    if not gone:
        return
    await delete_of_segments(writer, segment_rule, gone)
    left = rules.rule_set.without(gone)
    await keep_dates(writer, rules.rule_set, left)
    await save_rules(writer, rules, left)


async def _automatic(writer: Writer, segment_id: str) -> Sequence[Record]:
    """The next assignments that a rule has made."""
    of_segment = customer_assignment.c.tenant == writer.tenant, customer_assignment.c.segment_id == segment_id
    rows = await writer.transaction.rows(
        select(customer_assignment.c.customer_id, customer_assignment.c.legal_entity_id)
        .where(*of_segment, customer_assignment.c.assignment_type == AUTOMATIC)
        .order_by(customer_assignment.c.customer_id, customer_assignment.c.legal_entity_id)
        .limit(CHUNK)
    )
    keys = [(segment_id, row["customer_id"], row["legal_entity_id"]) for row in rows]
    return [*(await CUSTOMER_ASSIGNMENTS.lock(writer, keys)).before.values()]


def _released(writer: Writer, row: Record, *, keep_members: bool) -> Change:
    after = {**row, **successor(row, writer.now), "assignment_type": "MANUAL"} if keep_members else None
    return Change(customer_assignment, row, after, Cause.ACTIVATION)

"""Removing the rule of a segment. Needs the scope segment_manage."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Select, func, select, tuple_

from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion, segment_rule
from resolvers.access import Writer
from resolvers.background import Turns
from resolvers.caller import Scope
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.rules.changing.store import (
    delete_of_segments,
    forget_unused_dates,
    save_rules,
    stored_rule,
    write_rule,
)
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import TenantRules, lock_rules, lock_rules_to_change
from resolvers.rules.judging.judge import Pair
from resolvers.rules.vocabulary import AUTOMATIC, CHUNK, MOST_CHANGES, Removal, RuleState
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record
from resolvers.writing.save import save
from resolvers.writing.table import successor


async def remove_rule(writer: Writer, segment_id: str, *, keep_members: bool = False) -> bool:
    """Delete the rule and its exclusions; whether there was one.

    The customers that it has assigned leave, or with `keep_members` stay as if a client had assigned them.
    Where there are more than MOST_CHANGES, the rule is REMOVING and they do so in the background.
    """
    writer.caller.require(Scope.MANAGE)
    rules = await lock_rules_to_change(writer)
    rule = rules.rule_set.by_segment.get(segment_id)
    if rule is None or rule.removal:
        return False
    removal = Removal.STAY if keep_members else Removal.LEAVE
    if await _has_more_members(writer, segment_id, MOST_CHANGES):
        removing = replace(
            rule,
            state=RuleState.REMOVING,
            removal=removal,
            version=rule.version + 1,
            modified_at=writer.now,
            built_to=None,
        )
        await write_rule(writer, removing, is_new=False)
        await save_rules(writer, rules, rules.rule_set.with_rule(removing))
        return True
    turns, after = Turns(), None
    while keys := await _next_members(writer, segment_id, after):
        await _remove_members(writer, segment_id, keys, removal)
        after = keys[-1]
        await turns.pause()
    await _delete_rule(writer, rules, segment_id)
    return True


async def remove_chunk(writer: Writer, seen: Rule) -> bool:
    """Remove a rule that is REMOVING from the next of its members; whether something is left."""
    rules = await lock_rules(writer)
    rule = rules.rule_set.by_segment.get(seen.segment_id)
    if rule is None or rule.removal is None:
        return False
    stored = await stored_rule(writer, rule.segment_id)
    after = None if stored is None else stored.built_to
    keys = await _next_members(writer, rule.segment_id, after)
    if keys or after is not None:  # from the last one on, once more from the first one on
        await _remove_members(writer, rule.segment_id, keys, rule.removal)
        await write_rule(writer, replace(rule, built_to=keys[-1] if keys else None), is_new=False)
        return True
    await _delete_rule(writer, rules, rule.segment_id)
    return False


async def _delete_rule(writer: Writer, rules: TenantRules, segment_id: str) -> None:
    """Delete the rule, of which no members are left."""
    for table in (customer_exclusion, segment_rule):
        await delete_of_segments(writer, table, [segment_id])
    left = rules.rule_set.without([segment_id])
    await forget_unused_dates(writer, rules.rule_set, left)
    await save_rules(writer, rules, left)


async def forget_rules(writer: Writer, rules: TenantRules, segment_ids: Collection[str]) -> None:
    """Delete those of the locked rules whose segments are about to be deleted."""
    gone = [segment_id for segment_id in segment_ids if segment_id in rules.rule_set.by_segment]
    if not gone:
        return
    await delete_of_segments(writer, segment_rule, gone)
    left = rules.rule_set.without(gone)
    await forget_unused_dates(writer, rules.rule_set, left)
    await save_rules(writer, rules, left)


async def _has_more_members(writer: Writer, segment_id: str, most: int) -> bool:
    """Whether the rule has assigned more customers than these."""
    some = _automatic(writer, segment_id).limit(most + 1).subquery()
    count: int = await writer.transaction.value(select(func.count()).select_from(some))
    return count > most


async def _next_members(writer: Writer, segment_id: str, after: Pair | None) -> list[Pair]:
    """The next customers that the rule has assigned, in key order."""
    statement = _automatic(writer, segment_id)
    if after is not None:
        statement = statement.where(tuple_(*statement.selected_columns) > tuple_(*after))
    keys = statement.order_by(*statement.selected_columns).limit(CHUNK)
    rows = await writer.transaction.rows(keys)
    return [(row["customer_id"], row["legal_entity_id"]) for row in rows]


def _automatic(writer: Writer, segment_id: str) -> Select[tuple[str, str]]:
    """The keys of assignments that a rule has made."""
    rows = customer_assignment.c
    return select(rows.customer_id, rows.legal_entity_id).where(
        rows.tenant == writer.tenant, rows.segment_id == segment_id, rows.assignment_type == AUTOMATIC
    )


async def _remove_members(writer: Writer, segment_id: str, keys: Sequence[Pair], removal: Removal) -> None:
    """Have these members leave, or stay by hand."""
    stored = await CUSTOMER_ASSIGNMENTS.lock(writer, [(segment_id, *key) for key in keys])
    await save(writer, [_removed(writer, row, removal) for row in stored.before.values()])


def _removed(writer: Writer, row: Record, removal: Removal) -> Change:
    stays = removal is Removal.STAY
    after = {**row, **successor(row, writer.now), "assignment_type": "MANUAL"} if stays else None
    return Change(customer_assignment, row, after, Cause.ACTIVATION)

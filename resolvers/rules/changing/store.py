"""Storing rules: the row of each, and the head of all."""

from collections.abc import Collection

from sqlalchemy import Table, delete, select, update

from models.tables.rule import segment_rule
from resolvers.access import Writer
from resolvers.caller import Caller, Scope
from resolvers.errors import LimitReached, NotFound
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule, rules_of_rows
from resolvers.rules.head import TenantRules, save_head
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.upkeep.unused_dates import leave_dates_unused
from resolvers.rules.vocabulary import (
    MOST_BYTES,
    MOST_CONDITIONS,
    MOST_RULES,
    RuleState,
)


def require_to_change_rules(caller: Caller) -> None:
    """Refuse a caller who may not read as well: what becomes of a rule tells what is stored of customers."""
    for scope in (Scope.MANAGE, Scope.READ):
        caller.require(scope)


def required_rule(rules: RuleSet, segment_id: str) -> Rule:
    """The rule of the segment, which is not being removed. Raises NotFound."""
    rule = rules.by_segment.get(segment_id)
    if rule is None or rule.removal:
        raise NotFound(segment_id, path=("segmentId",))
    return rule


def next_version(writer: Writer, segment_id: str, content: RuleContent, stored: Rule | None) -> Rule:
    """The rule that follows the stored one, not yet applied to any customer."""
    version = 1 if stored is None else stored.version + 1
    created_at = writer.now if stored is None else stored.created_at
    return Rule(segment_id, content, RuleState.BUILDING, version, created_at, writer.now, None, 0)


def check_limits(rules: RuleSet) -> None:
    """Raise LimitReached where a tenant may not have so many rules, conditions or bytes."""
    if len(rules.rules) > MOST_RULES:
        raise LimitReached(f"A tenant may have {MOST_RULES} rules.", path=("segmentId",))
    if sum(rule.facts.conditions for rule in rules.rules) > MOST_CONDITIONS:
        message = f"All rules of a tenant may have at most {MOST_CONDITIONS:,} conditions together."
        raise LimitReached(message, path=("segmentId",))
    if sum(rule.facts.written_bytes for rule in rules.rules) > MOST_BYTES:
        message = f"All rules of a tenant may have at most {MOST_BYTES:,} bytes together."
        raise LimitReached(message, path=("segmentId",))


async def stored_rule(writer: Writer, segment_id: str) -> Rule | None:
    """The rule with its progress, which does not change the revision of the head."""
    is_rule = segment_rule.c.tenant == writer.tenant, segment_rule.c.segment_id == segment_id
    row = await writer.transaction.row(select(segment_rule).where(*is_rule))
    return None if row is None else (await rules_of_rows([row]))[0]


async def write_rule(writer: Writer, rule: Rule, *, is_new: bool) -> None:
    """Store the rule; the head must be locked."""
    customer_id, legal_entity_id = rule.built_to or (None, None)
    columns = {
        **rule.content.columns,
        "state": RuleState.PAUSED if rule.removal else rule.state,
        "version": rule.version,
        "created_at": rule.created_at,
        "modified_at": rule.modified_at,
        "built_customer_id": customer_id,
        "built_legal_entity_id": legal_entity_id,
        "built_keys": rule.built_keys,
        "removal": rule.removal,
    }
    if is_new:
        row = {"tenant": writer.tenant, "segment_id": rule.segment_id, **columns}
        await writer.transaction.write(segment_rule.insert(), [row])
    else:
        is_rule = segment_rule.c.tenant == writer.tenant, segment_rule.c.segment_id == rule.segment_id
        await writer.transaction.write(update(segment_rule).where(*is_rule).values(**columns))


async def delete_of_segments(writer: Writer, table: Table, segment_ids: Collection[str]) -> None:
    """Delete what a table has about these segments."""
    of_segments = table.c.tenant == writer.tenant, table.c.segment_id.in_(sorted(segment_ids))
    await writer.transaction.write(delete(table).where(*of_segments))


async def forget_unused_dates(writer: Writer, before: RuleSet, after: RuleSet) -> None:
    """Have the background delete the dates at paths that no rule looks at any more: they may be many."""
    if before.timed_paths - after.timed_paths:
        await leave_dates_unused(writer)


async def save_rules(writer: Writer, before: TenantRules, after: RuleSet) -> None:
    """Write the head. Where no rule looked at time before, it has been taken into account up to now."""
    now = before.moment_of(writer.now)
    evaluated_to = before.evaluated_to if before.rule_set.has_work and before.evaluated_to else now
    await save_head(writer, after.rules, evaluated_to=evaluated_to)

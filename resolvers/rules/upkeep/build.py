"""Building a rule, a chunk of customers at a time."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import update

from models.tables.rule import rule_head, segment_rule
from resolvers.access import Writer
from resolvers.rules.changing.store import stored_rule, write_rule
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import lock_rules, save_head
from resolvers.rules.judging.panel import Panel
from resolvers.rules.upkeep.apply import apply_to
from resolvers.rules.upkeep.dates import add_dates
from resolvers.rules.upkeep.walk import next_keys
from resolvers.rules.vocabulary import RuleState
from resolvers.writing.change import Cause

MOST_AHEAD: Final = timedelta(minutes=5)
"""The clocks of two processes may differ by so much."""


async def begin_anew(writer: Writer) -> None:
    """Build every rule again: customers changed while rules were switched off, or a clock was wrong.

    Dates that are not those of a record any more stay until the record changes: they only have it judged.
    """
    rules = await lock_rules(writer)
    await writer.transaction.write(
        update(segment_rule)
        .where(segment_rule.c.tenant == writer.tenant, segment_rule.c.state == RuleState.ACTIVE)
        .values(state=RuleState.BUILDING, built_customer_id=None, built_legal_entity_id=None, built_keys=0)
    )
    await writer.transaction.write(
        update(rule_head).where(rule_head.c.tenant == writer.tenant).values(is_stale=False)
    )
    again = [
        replace(rule, state=RuleState.BUILDING, built_to=None, built_keys=0)
        if rule.state is RuleState.ACTIVE
        else rule
        for rule in rules.rule_set.rules
    ]
    until = min(rules.moment_of(writer.now), writer.now + MOST_AHEAD)
    await save_head(writer, again, evaluated_to=until)


async def build_chunk(writer: Writer, seen: Rule) -> bool:
    """Apply a rule that is being built to the next customers; whether some are left.

    The dates that it looks at are stored along the way: first those of legal entities.
    """
    rules = await lock_rules(writer)
    rule = await stored_rule(writer, seen.segment_id)
    if rule is None or rule.name != seen.name or rule.state is not RuleState.BUILDING:
        return False
    if keys := await next_keys(writer, rule):
        customers = sorted({customer_id for customer_id, _ in keys if customer_id})
        legal_entities = [legal_entity_id for customer_id, legal_entity_id in keys if not customer_id]
        await add_dates(writer.transaction, writer.tenant, rule.date_paths, customers, legal_entities)
        await apply_to(writer, rules, Panel([rule]), customers, Cause.ACTIVATION)
        built_keys = rule.built_keys + len(keys) - len(legal_entities)
        await write_rule(writer, replace(rule, built_to=keys[-1], built_keys=built_keys), is_new=False)
        return True
    built = replace(rule, state=RuleState.ACTIVE)
    await write_rule(writer, built, is_new=False)
    changed = [
        built if any_rule.segment_id == rule.segment_id else any_rule for any_rule in rules.rule_set.rules
    ]
    await save_head(writer, changed, evaluated_to=rules.evaluated_to or writer.now)
    return False

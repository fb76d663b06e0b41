"""Building a rule, a chunk of customers at a time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, tuple_, update

from models.tables.reference import customer
from models.tables.rule import rule_head, segment_rule
from resolvers.access import Writer
from resolvers.rules.changing.activation import take_out
from resolvers.rules.changing.store import stored_rule, write_rule
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import TenantRules, lock_rules, save_head
from resolvers.rules.judging.condition import key_columns, source
from resolvers.rules.judging.panel import Panel
from resolvers.rules.preview.difference import Difference
from resolvers.rules.upkeep.apply import apply_to
from resolvers.rules.upkeep.dates import forget_dates, store_all_dates
from resolvers.rules.vocabulary import CHUNK, RuleState, RuleSubject
from resolvers.writing.change import Cause

MOST_AHEAD: Final = timedelta(minutes=5)
"""The clocks of two processes may differ by so much."""


async def begin_anew(writer: Writer) -> None:
    """Build every rule again: customers changed while rules were switched off, or a clock was wrong."""
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
    await forget_dates(writer.transaction, writer.tenant, rules.rule_set.timed_paths)
    await store_all_dates(writer.transaction, writer.tenant, rules.rule_set.timed_paths)
    until = min(rules.moment_of(writer.now), writer.now + MOST_AHEAD)
    await save_head(writer, again, evaluated_to=until)


async def build_chunk(writer: Writer, seen: Rule) -> bool:
    """Apply a rule that is being built to the next customers; whether some are left."""
    rules = await lock_rules(writer)
    rule = await stored_rule(writer, seen.segment_id)
    if rule is None or rule.name != seen.name or rule.state is not RuleState.BUILDING:
        return False
    if keys := await _next_keys(writer, rule):
        customers = sorted({key[0] for key in keys})
        await apply_to(writer, rules, Panel([rule]), customers, Cause.ACTIVATION)
        progress = replace(rule, built_to=keys[-1], built_keys=rule.built_keys + len(keys))
        await write_rule(writer, progress, is_new=False)
        return True
    if await _leave_chunk(writer, rules, rule):
        return True
    built = replace(rule, state=RuleState.ACTIVE)
    await write_rule(writer, built, is_new=False)
    changed = [
        built if any_rule.segment_id == rule.segment_id else any_rule for any_rule in rules.rule_set.rules
    ]
    await save_head(writer, changed, evaluated_to=rules.evaluated_to or writer.now)
    return False


async def _next_keys(writer: Writer, rule: Rule) -> list[tuple[str, str]]:
    """The next rows that the rule ranges over."""
    catalogue = CATALOGUES[rule.subject]
    columns = dict(zip(("customer_id", "legal_entity_id"), key_columns(rule.subject), strict=True))
    place = (
        list(columns.values()) if rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY else [customer.c.id]
    )
    labels: list[ColumnElement[Any]] = [column.label(name) for name, column in columns.items()]
    rows: Select[Any] = select(*labels).where(catalogue.base.c.tenant == writer.tenant)
    rows = rows.select_from(source(catalogue, ()))
    if rule.built_to is not None:
        rows = rows.where(tuple_(*place) > tuple_(*rule.built_to[: len(place)]))
    key_rows = await writer.transaction.rows(rows.order_by(*place).limit(CHUNK))
    return [(row["customer_id"], row["legal_entity_id"]) for row in key_rows]


async def _leave_chunk(writer: Writer, rules: TenantRules, rule: Rule) -> bool:
    """Take out members that are none of the rows that the rule ranges over; whether there were some."""
    difference = Difference(writer.transaction, writer.tenant, rule, rules.moment_of(writer.now))
    rows = await difference.rows(difference.leaves, CHUNK)
    await take_out(writer, rule, rows)
    return bool(rows)

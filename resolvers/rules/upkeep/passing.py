"""Applying rules to customers for whom time has passed an instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from models.tables.rule import rule_head
from resolvers.access import Writer
from resolvers.rules.head import lock_rules
from resolvers.rules.judging.panel import Panel
from resolvers.rules.upkeep.apply import apply_to
from resolvers.writing.change import Cause


async def apply_time(writer: Writer, revision: int, customers: Sequence[str], until: datetime) -> int:
    """Apply rules that look at time to these customers; how many assignments came and went."""
    rules = await lock_rules(writer)
    if rules.revision != revision:  # the next round begins with the rules as they are now
        return 0
    passed = replace(rules, evaluated_to=max(until, rules.moment_of(until)))
    count = 0
    for level in rules.rule_set.levels:
        timed_rules = [rule for rule in level if rule.is_applied and rule.timed_paths]
        if timed_rules:
            count += await apply_to(writer, passed, Panel(timed_rules), customers, Cause.SCHEDULE)
    return count


async def save_time(writer: Writer, revision: int, until: datetime) -> None:
    """Say up to when time has been taken into account."""
    rules = await lock_rules(writer)
    if rules.revision == revision and rules.moment_of(until) == until:
        await writer.transaction.write(
            update(rule_head).where(rule_head.c.tenant == writer.tenant).values(evaluated_to=until)
        )

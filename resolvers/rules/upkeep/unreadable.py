"""Rules that this version of the gateway cannot read: another version has stored them.

They are paused where a transaction meets them, so that writes of customers go on. They stay paused, and do
not come back with members of another day: a client sets them again.
"""

from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy import update

from models.tables.rule import segment_rule
from resolvers.access import Writer
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import TenantRules, lock_rules, save_head
from resolvers.rules.vocabulary import RuleState

log = structlog.get_logger(__name__)


class Tally:
    """The number of rules that this process has paused."""

    def __init__(self) -> None:
        self.paused = 0


UNREADABLE: Final = Tally()


async def lock_readable_rules(writer: Writer) -> TenantRules:
    """The same as `lock_rules`, where unreadable rules are paused from now on."""
    rules = await lock_rules(writer)
    unreadable = rules.rule_set.unreadable
    if not unreadable:
        return rules
    after = [_paused(writer, rule) if rule in unreadable else rule for rule in rules.rule_set.rules]
    for rule in unreadable:
        await _pause(writer, rule)
    await save_head(writer, after, evaluated_to=rules.moment_of(writer.now))
    return await lock_rules(writer)


def _paused(writer: Writer, rule: Rule) -> Rule:
    return replace(rule, state=RuleState.PAUSED, version=rule.version + 1, modified_at=writer.now)


async def _pause(writer: Writer, rule: Rule) -> None:
    is_rule = segment_rule.c.tenant == writer.tenant, segment_rule.c.segment_id == rule.segment_id
    paused = {"state": RuleState.PAUSED, "version": rule.version + 1, "modified_at": writer.now}
    await writer.transaction.write(update(segment_rule).where(*is_rule).values(**paused))
    UNREADABLE.paused += 1
    log.error("unreadable rule paused", tenant=writer.tenant, segment=rule.segment_id, error=rule.error)

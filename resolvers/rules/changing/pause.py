"""Pausing the rule of a segment. Needs the scope segment_manage."""

from dataclasses import replace

from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.rules.changing.store import next_version, required_rule, save_rules, write_rule
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import lock_rules_to_change
from resolvers.rules.vocabulary import RuleState


async def pause_rule(writer: Writer, segment_id: str) -> Rule:
    """Leave the members of the segment as they are, until the rule is set again. Raises NotFound."""
    writer.caller.require(Scope.MANAGE)
    rules = await lock_rules_to_change(writer)
    rule = required_rule(rules.rule_set, segment_id)
    if rule.state is RuleState.PAUSED:
        return rule
    paused = replace(next_version(writer, segment_id, rule.content, rule), state=RuleState.PAUSED)
    await write_rule(writer, paused, is_new=False)
    await save_rules(writer, rules, rules.rule_set.with_rule(paused))
    return paused

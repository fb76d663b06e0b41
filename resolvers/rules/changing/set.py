"""Setting the rule of a segment. Needs the scope segment_manage."""

from models.tables.segment import segment
from resolvers.access import Writer
from resolvers.errors import NotFound
from resolvers.rules.changing.activation import UNBOUNDED, Bounds, activate
from resolvers.rules.changing.levels import check_levels, check_segments, unstored_rule
from resolvers.rules.changing.store import (
    check_limits,
    forget_unused_dates,
    next_version,
    require_to_change_rules,
    save_rules,
    write_rule,
)
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import lock_rules_to_change
from resolvers.writing.table import lock_existing


async def set_rule(writer: Writer, segment_id: str, content: RuleContent, bounds: Bounds = UNBOUNDED) -> Rule:
    """Give the segment a rule, or another one, and apply it; a paused one goes on.

    Up to MOST_CHANGES assignments come and go in this transaction; else the rule is BUILDING and goes on
    in the background. Raises NotFound, LimitReached, InvalidInput (for a circle of rules, and where more
    customers would move than the bounds allow: then nothing is changed).
    Needs segment_read as well: what becomes of a rule tells what is stored of customers.
    """
    require_to_change_rules(writer.caller)
    rules = await lock_rules_to_change(writer)
    await _require_segments(writer, segment_id, content)
    stored = rules.rule_set.by_segment.get(segment_id)
    if stored is not None and stored.content.is_same_as(content) and stored.is_applied:
        return stored
    rule = next_version(writer, segment_id, content, stored)
    changed = rules.rule_set.with_rule(rule)
    check_limits(changed)
    check_levels(changed, rule)
    await write_rule(writer, rule, is_new=stored is None)
    await forget_unused_dates(writer, rules.rule_set, changed)
    activated = await activate(writer, rules, rule, bounds)
    if activated is not rule:
        await write_rule(writer, activated, is_new=False)
    await save_rules(writer, rules, rules.rule_set.with_rule(activated))
    return activated


async def _require_segments(writer: Writer, segment_id: str, content: RuleContent) -> None:
    """The segment stays until the transaction ends, and so do those whose members the rule asks for."""
    asked_segments = unstored_rule(segment_id, content).segments
    existing = await lock_existing(writer, segment, {segment_id, *asked_segments})
    if segment_id not in existing:
        raise NotFound(segment_id, path=("segmentId",))
    check_segments(content, asked_segments - existing)

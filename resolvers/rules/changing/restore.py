"""Making the rules of segments equal to those of a data file, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.tables.segment import segment
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.errors import GatewayError, InvalidInput, NotFound
from resolvers.rules.changing.levels import check_levels
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.store import (
    check_limits,
    forget_unused_dates,
    next_version,
    save_rules,
    write_rule,
)
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import lock_rules_to_change
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import RuleState
from resolvers.writing.command import Effect, Outcome
from resolvers.writing.table import lock_existing


@dataclass(frozen=True, slots=True)
class RuleToRestore:
    """A rule as a data file has it; without `content` the segment has none."""

    content: RuleContent | None
    is_paused: bool = False

    def is_stored_as(self, rule: Rule | None) -> bool:
        """Whether the stored rule is this one."""
        if self.content is None or rule is None:
            return self.content is None and rule is None
        return rule.content.is_same_as(self.content) and (rule.state is RuleState.PAUSED) is self.is_paused


async def restore_rules(writer: Writer, rules_to_restore: Mapping[str, RuleToRestore]) -> dict[str, Outcome]:
    """Make the rules of these segments equal to those given, and return an outcome for each.

    An equal rule is left alone; a changed one is BUILDING afterwards. Rules may ask for members of
    each other's segments in any order, and of segments that are gone, as stored ones may. Each that
    cannot be set is its own failure.
    """
    writer.caller.require(Scope.MANAGE)
    outcomes = await _removed(
        writer, [key for key, restored in rules_to_restore.items() if restored.content is None]
    )
    locked = await lock_rules_to_change(writer)
    before = locked.rule_set
    changed = {
        key: rule_to_restore
        for key, rule_to_restore in rules_to_restore.items()
        if rule_to_restore.content is not None
        and not rule_to_restore.is_stored_as(before.by_segment.get(key))
    }
    outcomes |= {key: Outcome((key,)) for key in rules_to_restore.keys() - changed.keys() - outcomes.keys()}
    if not changed:
        return outcomes
    rules, failures = await _checked(writer, before, _next_rules(writer, before, changed))
    outcomes |= {key: Outcome((key,), error=error) for key, error in failures.items()}
    for key in sorted(changed.keys() - failures.keys()):
        is_new = key not in before.by_segment
        await write_rule(writer, rules.by_segment[key], is_new=is_new)
        outcomes[key] = Outcome((key,), Effect.CREATED if is_new else Effect.UPDATED)
    await forget_unused_dates(writer, before, rules)
    await save_rules(writer, locked, rules)
    return outcomes


async def _removed(writer: Writer, segment_ids: list[str]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for segment_id in sorted(segment_ids):
        is_removed = await remove_rule(writer, segment_id)
        outcomes[segment_id] = Outcome((segment_id,), Effect.DELETED if is_removed else Effect.UNCHANGED)
    return outcomes


def _next_rules(writer: Writer, before: RuleSet, changed: Mapping[str, RuleToRestore]) -> dict[str, Rule]:
    """The rules as they would be stored, in key order."""
    rules: dict[str, Rule] = {}
    for key, rule_to_restore in sorted(changed.items()):
        if rule_to_restore.content is not None:
            rule = next_version(writer, key, rule_to_restore.content, before.by_segment.get(key))
            rules[key] = replace(rule, state=RuleState.PAUSED) if rule_to_restore.is_paused else rule
    return rules


async def _checked(
    writer: Writer, before: RuleSet, changed: Mapping[str, Rule]
) -> tuple[RuleSet, dict[str, GatewayError]]:
    """All rules of the tenant with those of the changed ones that can be set, and why others cannot."""
    segments = await lock_existing(writer, segment, changed.keys())
    failures: dict[str, GatewayError] = {}
    rules = before
    for key, rule in changed.items():
        try:
            if key not in segments:
                raise NotFound(key)
            following = rules.with_rule(rule)
            check_limits(following)
            rules = following
        except GatewayError as error:
            error.path = ()
            failures[key] = error
    while failure := _first_circle(rules, [key for key in changed if key not in failures]):
        key, failures[key] = failure
        stored = before.by_segment.get(key)
        rules = rules.without([key]) if stored is None else rules.with_rule(stored)
    return rules, failures


def _first_circle(rules: RuleSet, segment_ids: list[str]) -> tuple[str, InvalidInput] | None:
    for segment_id in segment_ids:
        try:
            check_levels(rules, rules.by_segment[segment_id])
        except InvalidInput as error:
            return segment_id, error
    return None

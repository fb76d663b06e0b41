"""Rules of a tenant together, and what follows from them: kept from one transaction to the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from resolvers.rules.definition.paths import PathIndex, coarse
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.panel import Panel
from resolvers.rules.vocabulary import RuleState

FIXED: Final = (RuleState.PAUSED, RuleState.REMOVING)
"""States in which a rule gives nobody an assignment."""
MOST_PANELS: Final = 100
"""Selections of rules that are kept; shops have few ways to change a customer."""


@dataclass(frozen=True)
class RuleSet:
    """Rules by the ids of their segments."""

    rules: Sequence[Rule] = ()
    _panels: dict[tuple[int, frozenset[str]], Panel | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def by_segment(self) -> dict[str, Rule]:
        """The rules by the ids of their segments."""
        return {rule.segment_id: rule for rule in self.rules}

    @cached_property
    def levels(self) -> list[list[Rule]]:
        """The rules, each in a later list than those whose members it asks for.

        Rules in a circle come last; `segmentRuleSet` lets none arise.
        """
        left, levels, done = list(self.rules), list[list[Rule]](), set[str]()
        names = set(self.by_segment)
        while left:
            level = [rule for rule in left if not (rule.segments & names) - done] or left
            levels.append(level)
            done |= {rule.segment_id for rule in level}
            left = [rule for rule in left if rule.segment_id not in done]
        return levels

    @cached_property
    def timed_paths(self) -> frozenset[str]:
        """The paths whose dates are kept."""
        return frozenset(path for rule in self.rules for path in rule.date_paths)

    @cached_property
    def stored_paths(self) -> frozenset[str]:
        """Those under which the dates of all records are stored: a rule looks at them that has been built."""
        active = [rule for rule in self._applied if rule.state is RuleState.ACTIVE]
        return frozenset(path for rule in active for path in rule.date_paths)

    @cached_property
    def unreadable(self) -> list[Rule]:
        """Rules that this version cannot read, and that are not paused yet."""
        return [rule for rule in self.rules if rule.error and rule.state not in FIXED]

    @cached_property
    def has_work(self) -> bool:
        """Whether something is left for the background: a build, a removal, or the passing of time."""
        return any(
            rule.removal or (rule.is_applied and (rule.timed_paths or rule.state is RuleState.BUILDING))
            for rule in self.rules
        )

    def affected(self, level: int, paths: Collection[str]) -> Panel | None:
        """The rules of a level whose members may change where values at the paths have; None for none.

        Those come along that look at the same mixins: so there are not as many statements as there are
        combinations of values that change together.
        """
        key = level, frozenset(paths)
        if key not in self._panels:
            if len(self._panels) >= MOST_PANELS:
                self._panels.clear()
            self._panels[key] = self._panel(self.levels[level], key[1])
        return self._panels[key]

    def _panel(self, level: Sequence[Rule], paths: Collection[str]) -> Panel | None:
        changed = self._by_path.meeting(paths)
        if not any(rule.segment_id in changed for rule in level):
            return None
        together = self._by_mixin.meeting({coarse(path) for path in paths})
        return Panel(rule for rule in level if rule.segment_id in together)

    def is_looked_at(self, paths: Collection[str]) -> bool:
        """Whether members of some rule may change where values at the paths have."""
        return bool(self._by_path.meeting(paths))

    def has_dates(self, paths: Collection[str]) -> bool:
        """Whether dates that are kept may change where values at the paths have."""
        return bool(self._timed.meeting(paths))

    @cached_property
    def _by_path(self) -> PathIndex[str]:
        return PathIndex((path, rule.segment_id) for rule in self._applied for path in rule.looks_at)

    @cached_property
    def _by_mixin(self) -> PathIndex[str]:
        return PathIndex((path, rule.segment_id) for rule in self._applied for path in rule.depends_on)

    @cached_property
    def _timed(self) -> PathIndex[str]:
        return PathIndex((path, path) for path in self.timed_paths)

    def with_rule(self, rule: Rule) -> "RuleSet":
        """The rules with one of them added, or put in the place of the segment's other rule."""
        remaining = [other_rule for other_rule in self.rules if other_rule.segment_id != rule.segment_id]
        return RuleSet(sorted([*remaining, rule], key=lambda any_rule: any_rule.segment_id))

    def without(self, segment_ids: Collection[str]) -> "RuleSet":
        """The rules of all other segments."""
        return RuleSet([rule for rule in self.rules if rule.segment_id not in segment_ids])

    @property
    def _applied(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.is_applied]

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return sum(rule.size for rule in self.rules)

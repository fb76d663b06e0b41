"""Rules and the segments they ask for: those exist, and rules form no circles and no long chains."""

from collections.abc import Collection

from models.tables.columns import FIRST
from resolvers.errors import InvalidInput
from resolvers.errors import Path as Place
from resolvers.rules.content import RuleContent
from resolvers.rules.head import Rules
from resolvers.rules.rule import Rule
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import MOST_LEVELS, RuleState


def unstored_rule(segment_id: str, content: RuleContent) -> Rule:
    """A rule that is not stored."""
    return Rule(segment_id, content, RuleState.ACTIVE, 0, FIRST, FIRST, None, 0)


def with_rule(rules: Rules, rule: Rule) -> Rules:
    """The rules with one of them added, or put in the place of the segment's other rule."""
    others = [one for one in rules.rules if one.segment_id != rule.segment_id]
    return Rules(RuleSet(sorted([*others, rule], key=lambda one: one.segment_id)))


def check_segments(content: RuleContent, unknown: Collection[str]) -> None:
    """Raises InvalidInput where the rule asks for members of unknown segments."""
    for segment_id in sorted(unknown):
        message = f"inSegment: there is no segment with the id {segment_id}."
        raise InvalidInput(message, path=_place(content))


def check_levels(rules: Rules, rule: Rule) -> None:
    """Raises InvalidInput where the rule closes a circle, or makes a chain of rules too long."""
    place = _place(rule.content)
    if circle := _circle(rules, rule.segment_id):
        raise InvalidInput(
            f"Rules may not ask for each other in a circle: {' -> '.join(circle)}.", path=place
        )
    if len(rules.levels) > MOST_LEVELS:
        message = f"Rules may ask for each other's members at most {MOST_LEVELS} times in a row."
        raise InvalidInput(message, path=place)


def _place(content: RuleContent) -> Place:
    return ("where",) if content.q is None else ("q",)


def _circle(rules: Rules, start: str) -> list[str]:
    """The segments on a way from the segment to itself, along the members that rules ask for."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        rule = rules.by_segment.get(way[-1])
        for asked in sorted(rule.segments) if rule else ():
            if asked == start:
                return [*way, start]
            if asked not in seen:
                seen.add(asked)
                ways.append([*way, asked])
    return []

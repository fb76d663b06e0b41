"""Rules and the segments they ask for: those exist, and rules form no circles and no long chains."""

from collections.abc import Collection

from models.tables.columns import FIRST
from resolvers.errors import InvalidInput
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import MOST_LEVELS, RuleState


def unstored_rule(segment_id: str, content: RuleContent) -> Rule:
    """A rule that is not stored."""
    return Rule(segment_id, content, RuleState.ACTIVE, 0, FIRST, FIRST, None, 0)


def check_segments(content: RuleContent, missing: Collection[str]) -> None:
    """Raises InvalidInput where the rule asks for members of unknown segments."""
    for segment_id in sorted(missing):
        message = f"inSegment: there is no segment with the id {segment_id}."
        raise InvalidInput(message, path=content.argument)


def check_levels(rules: RuleSet, rule: Rule) -> None:
    """Raises InvalidInput where the rule closes a circle, or makes a chain of rules too long."""
    place = rule.content.argument
    if circle := _circle(rules, rule.segment_id):
        raise InvalidInput(
            f"Rules may not ask for each other in a circle: {' -> '.join(circle)}.", path=place
        )
    if len(rules.levels) > MOST_LEVELS:
        message = f"Rules may ask for each other's members at most {MOST_LEVELS} times in a row."
        raise InvalidInput(message, path=place)


def _circle(rules: RuleSet, start: str) -> list[str]:
    """The segments on a way from the segment to itself, along the members that rules ask for."""
    ways, visited = [[start]], {start}
    while ways:
        way = ways.pop()
        rule = rules.by_segment.get(way[-1])
        for segment_id in sorted(rule.segments) if rule else ():
            if segment_id == start:
                return [*way, start]
            if segment_id not in visited:
                visited.add(segment_id)
                ways.append([*way, segment_id])
    return []

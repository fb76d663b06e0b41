import pytest

from resolvers.errors import InvalidInput
from resolvers.rules.changing.levels import check_levels, check_segments, unstored_rule
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import MOST_LEVELS
from tests.resolvers.rules.contents import content, rule


def test_rules_may_not_be_in_a_circle() -> None:
    rules = RuleSet([rule("a", "inSegment:b"), rule("b", "inSegment:c"), rule("c", "inSegment:a")])
    with pytest.raises(InvalidInput) as refusal:
        check_levels(rules, rules.by_segment["b"])
    assert refusal.value.message == "Rules may not ask for each other in a circle: b -> c -> a -> b."
    assert refusal.value.path == ("q",)


def test_a_rule_outside_the_circle_is_allowed() -> None:
    rules = RuleSet([rule("a", "inSegment:a"), rule("b", "inSegment:a")])
    check_levels(rules, rules.by_segment["b"])


def test_levels_are_bounded() -> None:
    chain = [rule("s00"), *(rule(f"s{level:02}", f"inSegment:s{level - 1:02}") for level in range(1, 11))]
    check_levels(RuleSet(chain[:MOST_LEVELS]), chain[MOST_LEVELS - 1])
    with pytest.raises(InvalidInput) as refusal:
        check_levels(RuleSet(chain), chain[MOST_LEVELS])
    assert refusal.value.message == "Rules may ask for each other's members at most 10 times in a row."


def test_a_missing_segment_is_named() -> None:
    check_segments(content("inSegment:gold"), ())
    with pytest.raises(InvalidInput) as refusal:
        check_segments(content(where={"inSegment": "gold"}), {"silver", "gold"})
    assert refusal.value.message == "inSegment: there is no segment with the id gold."
    assert refusal.value.path == ("where",)


def test_an_unstored_rule_has_the_segments_of_its_content() -> None:
    assert unstored_rule("gold", content("inSegment:silver")).segments == {"silver"}

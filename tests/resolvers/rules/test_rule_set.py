from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import Removal, RuleState
from tests.resolvers.rules.contents import rule

ON_EMAIL = rule("a", "email:a")
ON_MEMBERS = rule("b", "inSegment:a")
IN_TIME = rule("c", "mixins.shop.at:>now-P1D")
RULES = RuleSet([ON_EMAIL, ON_MEMBERS, IN_TIME])


def test_rules_on_members_are_a_level_later() -> None:
    assert [[rule.segment_id for rule in level] for level in RULES.levels] == [["a", "c"], ["b"]]


def test_a_circle_is_one_level() -> None:
    circle = RuleSet([rule("a", "inSegment:b"), rule("b", "inSegment:a")])
    assert [[rule.segment_id for rule in level] for level in circle.levels] == [["a", "b"]]


def test_a_change_concerns_the_rules_that_look_at_it() -> None:
    panel = RULES.affected(0, {"email"})
    assert panel is not None
    assert panel.segment_ids == ["a"]
    assert RULES.affected(0, {"email"}) is panel
    assert RULES.affected(0, {"lastName"}) is None
    by_members = RULES.affected(1, {"inSegment:a"})
    assert by_members is not None
    assert by_members.segment_ids == ["b"]


def test_rules_of_a_mixin_are_judged_together() -> None:
    rules = RuleSet(
        [rule("a", "mixins.shop.x:1"), rule("b", "mixins.shop.y:1"), rule("c", "mixins.other.x:1")]
    )
    panel = rules.affected(0, {"mixins.shop.x"})
    assert panel is not None
    assert panel.segment_ids == ["a", "b"]


def test_paths_of_dates() -> None:
    assert RULES.timed_paths == RULES.stored_paths == {"mixins.shop.at"}
    building = RuleSet([rule("a", "mixins.shop.at:<now", state=RuleState.BUILDING)])
    assert building.timed_paths == {"mixins.shop.at"}
    assert not building.stored_paths
    assert RULES.has_dates({"mixins.shop"})
    assert not RULES.has_dates({"mixins.other"})
    assert RULES.is_looked_at({"email"})
    assert not RULES.is_looked_at({"lastName"})


def test_rules_that_need_work() -> None:
    assert not RuleSet([ON_EMAIL]).has_work
    assert RuleSet([IN_TIME]).has_work
    assert RuleSet([rule("a", state=RuleState.BUILDING)]).has_work
    assert RuleSet([rule("a", state=RuleState.REMOVING, removal=Removal.LEAVE)]).has_work


def test_unreadable_rules() -> None:
    broken = rule("a", "colour:red")
    assert RuleSet([broken, rule("b", "colour:red", state=RuleState.PAUSED)]).unreadable == [broken]


def test_rules_are_replaced_and_removed() -> None:
    changed = RULES.with_rule(rule("b", "email:b"))
    assert [stored.segment_id for stored in changed.rules] == ["a", "b", "c"]
    assert changed.by_segment["b"].content.q == "email:b"
    assert [stored.segment_id for stored in RULES.without(["a", "c"]).rules] == ["b"]

import pytest

from resolvers.errors import Forbidden, LimitReached, NotFound
from resolvers.rules.changing.store import check_limits, require_to_change_rules, required_rule
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import MOST_RULES, Removal
from tests.resolvers.readers import STAFF
from tests.resolvers.rules.contents import rule


def test_a_removed_rule_is_not_found() -> None:
    rules = RuleSet([rule("gold"), rule("silver", removal=Removal.LEAVE)])
    assert required_rule(rules, "gold") is rules.rules[0]
    for segment_id in ("silver", "none"):
        with pytest.raises(NotFound) as refusal:
            required_rule(rules, segment_id)
        assert (refusal.value.resource_id, refusal.value.path) == (segment_id, ("segmentId",))


def test_the_number_of_rules_is_bounded() -> None:
    rules = [rule(f"s{number}") for number in range(MOST_RULES + 1)]
    check_limits(RuleSet(rules[:MOST_RULES]))
    with pytest.raises(LimitReached, match=r"A tenant may have 100 rules\."):
        check_limits(RuleSet(rules))


def test_all_conditions_are_bounded_together() -> None:
    large = [rule(f"s{number}", " ".join(["email:a"] * 50)) for number in range(21)]
    check_limits(RuleSet(large[:20]))
    with pytest.raises(LimitReached, match="at most 1,000 conditions together"):
        check_limits(RuleSet(large))


def test_all_bytes_are_bounded_together() -> None:
    long = [rule(f"s{number}", f"email:{'a' * 9_900}{number}") for number in range(101)]
    check_limits(RuleSet(long[:90]))
    with pytest.raises(LimitReached):
        check_limits(RuleSet([*long[:100], rule("t", "email:" + "b" * 9_990)]))


def test_who_reads_no_customers_changes_no_rules() -> None:
    with pytest.raises(Forbidden):
        require_to_change_rules(STAFF)

import pytest

from resolvers.policy import Policy
from resolvers.rules.read import shown
from resolvers.rules.vocabulary import RuleState
from tests.resolvers.rules.contents import NOW, rule


@pytest.mark.parametrize(
    ("q", "state", "applies_rules", "shown_state"),
    [
        ("email:a", RuleState.ACTIVE, True, RuleState.ACTIVE),
        ("email:a", RuleState.ACTIVE, False, RuleState.OFF),
        ("email:a", RuleState.PAUSED, False, RuleState.PAUSED),
        ("colour:a", RuleState.ACTIVE, True, RuleState.PAUSED),
        ("colour:a", RuleState.BUILDING, False, RuleState.PAUSED),
    ],
)
def test_the_state_that_clients_see(
    q: str, state: RuleState, shown_state: RuleState, *, applies_rules: bool
) -> None:
    shown_rule = shown(rule("gold", q, state=state), NOW, Policy(rules=applies_rules))
    assert shown_rule.rule.state is shown_state
    assert shown_rule.evaluated_to == NOW

from resolvers.rules.vocabulary import RuleState
from rest_compat.openapi.rules import RULE_PARAMETERS, RULE_SCHEMAS, RULES
from tests.rest_compat.openapi.valid import below, faults


def test_pages_are_of_the_rule_of_a_segment() -> None:
    assert set(RULES) == below("rule")
    assert faults(RULES) == []


def test_parameters_are_declared() -> None:
    used = {name for page in RULES.values() for name in page.parameters}
    assert used == set(RULE_PARAMETERS)


def test_every_state_is_listed() -> None:
    assert RULE_SCHEMAS["Rule"]["properties"]["state"]["enum"] == list(RuleState)

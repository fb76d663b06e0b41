from resolvers.rules.changing.restore import RuleToRestore
from resolvers.rules.vocabulary import RuleState
from tests.resolvers.rules.contents import content, rule


def test_the_same_rule_is_not_stored_again() -> None:
    stored, paused = rule("gold", "email:a"), rule("gold", "email:a", state=RuleState.PAUSED)
    same = RuleToRestore(content("email:a"))
    assert same.is_stored_as(stored)
    assert not same.is_stored_as(paused)
    assert RuleToRestore(content("email:a"), is_paused=True).is_stored_as(paused)
    assert not RuleToRestore(content("email:b")).is_stored_as(stored)


def test_no_rule_is_stored_where_there_is_none() -> None:
    assert RuleToRestore(None).is_stored_as(None)
    assert not RuleToRestore(None).is_stored_as(rule("gold"))
    assert not RuleToRestore(content("email:a")).is_stored_as(None)

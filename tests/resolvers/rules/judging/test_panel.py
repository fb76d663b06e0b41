from resolvers.rules.judging.panel import Panel
from resolvers.rules.vocabulary import RuleSubject
from tests.resolvers.rules.contents import rule


def test_rules_of_a_subject_are_next_to_each_other() -> None:
    pair = rule("b", subject=RuleSubject.CUSTOMER_OF_LEGAL_ENTITY)
    panel = Panel([rule("a"), pair, rule("c")])
    assert panel.segment_ids == ["a", "c", "b"]
    assert panel.bit_of == {"a": 1, "c": 2, "b": 4}


def test_the_same_conditions_share_a_statement() -> None:
    assert Panel([rule("a", "email:a")]).statement == Panel([rule("b", "email:a")]).statement
    assert Panel([rule("a", "email:a")]).statement != Panel([rule("a", "email:b")]).statement

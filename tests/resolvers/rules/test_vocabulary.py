from models.tables.rule import segment_rule
from resolvers.rules.vocabulary import RuleState, RuleSubject
from tests.models.tables.declared import checks


def words(condition: str) -> set[str]:
    return set(condition.partition("(")[2].rstrip(")").replace("'", "").split(", "))


def test_the_table_allows_the_stored_words() -> None:
    conditions = checks(segment_rule)
    assert words(conditions["ck_segment_rule_subject"]) == set(RuleSubject)
    assert words(conditions["ck_segment_rule_state"]) == set(RuleState) - {RuleState.REMOVING, RuleState.OFF}

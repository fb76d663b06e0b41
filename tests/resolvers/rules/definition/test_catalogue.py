from typing import Any

from models.filter.tree import And, Compare, Literal, Not, Operator, Or, Present, Some
from resolvers.rules.definition.catalogue import CATALOGUES, CUSTOMERS, PAIRS, leaves, on_subject
from resolvers.rules.vocabulary import RuleSubject

NAME = Compare(("legalEntity", "name"), Operator.EQUAL, Literal("Acme"))
EMAIL = Present(("email",))
CONDITION = And((EMAIL, Or((Not(Some(("legalEntity",), NAME)),))))


def test_both_subjects_have_the_same_paths() -> None:
    assert CATALOGUES == {RuleSubject.CUSTOMER: CUSTOMERS, RuleSubject.CUSTOMER_OF_LEGAL_ENTITY: PAIRS}
    assert [field.path for field in PAIRS.fields] == [field.path for field in CUSTOMERS.fields]


def test_a_pair_has_the_columns_of_its_link() -> None:
    columns = {field.path: str(field.column) for field in PAIRS.fields}
    assert columns["id",] == "customer_legal_entity.customer_id"
    assert columns["legalEntity", "id"] == "customer_legal_entity.legal_entity_id"
    assert all(field.link is None for field in PAIRS.fields if field.path != ("inSegment",))


def test_a_pair_has_one_legal_entity() -> None:
    assert on_subject(CONDITION, RuleSubject.CUSTOMER) is CONDITION
    assert on_subject(CONDITION, RuleSubject.CUSTOMER_OF_LEGAL_ENTITY) == And((EMAIL, Or((Not(NAME),))))


def test_leaves_are_visited_in_order() -> None:
    visited: list[Any] = []
    leaves(CONDITION, visited.append)
    assert visited == [EMAIL, Some(("legalEntity",), NAME), NAME]

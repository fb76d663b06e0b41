from models.tables.rule import customer_date, customer_exclusion, rule_head, segment_rule
from tests.models.tables.declared import checks, indexes, key, optional, parents


def test_a_tenant_has_one_head() -> None:
    assert key(rule_head) == ["tenant"]
    assert optional(rule_head) == ["lease_owner", "lease_until"]


def test_a_segment_has_one_rule() -> None:
    assert key(segment_rule) == ["tenant", "segment_id"]
    assert parents(segment_rule) == ["segment"]
    assert checks(segment_rule) == {
        "ck_segment_rule_state": "state IN ('BUILDING', 'ACTIVE', 'PAUSED')",
        "ck_segment_rule_subject": "subject IN ('CUSTOMER', 'CUSTOMER_OF_LEGAL_ENTITY')",
    }
    assert optional(segment_rule) == [
        "condition",
        "q",
        "built_customer_id",
        "built_legal_entity_id",
        "removal",
    ]


def test_an_exclusion_ends_with_its_segment() -> None:
    assert key(customer_exclusion) == ["tenant", "segment_id", "customer_id", "legal_entity_id"]
    assert [constraint.ondelete for constraint in customer_exclusion.foreign_key_constraints] == ["CASCADE"]
    assert list(indexes(customer_exclusion).values()) == [
        ["tenant", "customer_id", "legal_entity_id", "segment_id"]
    ]


def test_dates_are_found_by_path_and_by_customer() -> None:
    assert key(customer_date) == ["tenant", "path", "at", "customer_id", "legal_entity_id"]
    assert list(indexes(customer_date).values()) == [["tenant", "customer_id", "legal_entity_id"]]

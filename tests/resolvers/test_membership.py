from resolvers.membership import groups_of, is_customers
from tests.models.sql_text import sql_text
from tests.resolvers.readers import ANNA, ANNA_FOR_ACME, reader_of


def condition(clause: object) -> str:
    return " ".join(str(clause).split())


def test_all_assignments_count_without_a_legal_entity() -> None:
    assert (
        condition(is_customers(reader_of(ANNA), "anna")) == "customer_assignment.customer_id = :customer_id_1"
    )


def test_a_token_for_a_legal_entity_counts_its_own_and_those_without() -> None:
    text = condition(is_customers(reader_of(ANNA_FOR_ACME), "anna"))
    assert text.endswith("customer_assignment.legal_entity_id IN (:legal_entity_id_1, :own_legal_entity)")


def test_a_chosen_legal_entity_counts_where_there_are_several() -> None:
    text = condition(is_customers(reader_of().acting_for("acme"), "anna"))
    assert "customer_legal_entity.customer_id = :customer_id_2" in text
    assert "<= :coalesce_1" in text


def test_groups_of_employees_do_not_count() -> None:
    text = sql_text(groups_of(reader_of(ANNA), "anna").params(tenant="shop"))
    assert "customer_group_member CROSS JOIN customer_group ON" in text
    assert "customer_group.user_type = 'CUSTOMER'" in text

from schema.types.customer_assignment import CUSTOMER, LEGAL_ENTITY, CustomerAssignment
from schema.vocabulary.relation import linked_row

ROW = {"segment_id": "gold", "customer_id": "anna", "legal_entity_id": ""}


def test_the_key_of_a_node() -> None:
    assert CustomerAssignment.node_key == ("segment_id", "customer_id", "legal_entity_id")


def test_links_lead_from_the_columns_of_the_key() -> None:
    assert (CUSTOMER.key(ROW), CUSTOMER.node(ROW)) == ("anna", "Customer")
    assert LEGAL_ENTITY.key(ROW) is None
    assert LEGAL_ENTITY.key({**ROW, "legal_entity_id": "acme"}) == "acme"


def test_an_unknown_customer_is_the_id() -> None:
    assert linked_row(CUSTOMER, ROW, None) == {"id": "anna"}
    assert linked_row(CUSTOMER, ROW, {"id": "anna", "email": "a"}) == {"id": "anna", "email": "a"}


def test_lists_join_what_rows_link_to() -> None:
    for relation, column in ((CUSTOMER, "customer_id"), (LEGAL_ENTITY, "legal_entity_id")):
        assert relation.joins is not None
        [join] = relation.joins.values()
        assert join.names == column

from sqlalchemy import select

from models.tables.customer_assignment import (
    ASSIGNMENT_KEY,
    BY_LEGAL_ENTITY,
    NO_LEGAL_ENTITY,
    ON_BEHALF,
    customer_assignment,
)
from tests.models.sql_text import sql_text
from tests.models.tables.declared import checks, indexes, key, optional, parents


def test_the_declaration() -> None:
    assert key(customer_assignment) == ["tenant", *ASSIGNMENT_KEY]
    assert parents(customer_assignment) == ["segment"]
    assert optional(customer_assignment) == []
    assert checks(customer_assignment) == {
        "ck_customer_assignment_assignment_type": "assignment_type IN ('MANUAL', 'AUTOMATIC')",
        "ck_customer_assignment_version": "version >= 1",
    }


def test_segments_of_a_customer_and_of_a_legal_entity_have_an_index() -> None:
    assert indexes(customer_assignment) == {
        "ix_customer_assignment_tenant_customer_id_legal_entity_id_segment_id": [
            "tenant",
            "customer_id",
            "legal_entity_id",
            "segment_id",
        ],
        BY_LEGAL_ENTITY: ["tenant", "legal_entity_id"],
    }


def test_the_condition_is_the_one_of_the_partial_index() -> None:
    [index] = [index for index in customer_assignment.indexes if index.name == BY_LEGAL_ENTITY]
    condition = index.dialect_options["postgresql"]["where"]
    assert str(condition) == f"legal_entity_id <> '{NO_LEGAL_ENTITY}'"
    text = sql_text(select(customer_assignment.c.customer_id).where(ON_BEHALF))
    assert text.endswith("WHERE customer_assignment.legal_entity_id != ''")

from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.customer_assignment import assign_customer, customer_assignment_document, customer_key
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.values.row_values import STORED

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "segment_id": "gold",
    "customer_id": "anna",
    "legal_entity_id": "",
    "assignment_type": "MANUAL",
    "mixins": {},
    "mixin_schemas": {},
    "version": 1,
    "created_at": NOW,
    "modified_at": NOW,
}


def test_the_key_without_a_legal_entity_has_an_empty_text() -> None:
    assert customer_key("gold", "anna") == ("gold", "anna", "")
    assert customer_key("gold", "anna", "acme") == ("gold", "anna", "acme")


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("go ld", "anna"), ("segmentId",)),
        (("gold", "bulk"), ("customerId",)),
        (("gold", "a/b"), ("customerId",)),
        (("gold", "anna", ""), ("legalEntityId",)),
    ],
)
def test_a_key_at_fault(arguments: tuple[str, ...], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        customer_key(*arguments)
    assert refusal.value.path == path


def test_a_client_assigns_by_hand_whatever_the_document_says() -> None:
    command = assign_customer(
        ("gold", "anna", ""), {"assignmentType": "AUTOMATIC", "metadata": {"version": 4}}, Policy()
    )
    assert command.content == {"assignment_type": "MANUAL", "mixins": {}, "mixin_schemas": {}}
    assert command.expected_version == 4


def test_a_document_names_the_legal_entity_where_there_is_one() -> None:
    document = customer_assignment_document(ROW, None, None, STORED)
    assert document == {
        "customer": {"id": "anna"},
        "assignmentType": "MANUAL",
        "metadata": {
            "createdAt": "2026-02-01T00:00:00.000Z",
            "modifiedAt": "2026-02-01T00:00:00.000Z",
            "version": 1,
        },
    }
    on_behalf = customer_assignment_document(
        {**ROW, "legal_entity_id": "acme"}, None, {"name": "Acme"}, STORED
    )
    assert on_behalf["legalEntity"] == {"id": "acme", "name": "Acme"}

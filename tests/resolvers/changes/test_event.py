from typing import Any

import pytest

from resolvers.changes.event import EVENT_TYPES, _members, _Names, event_type
from resolvers.changes.record import ChangeType

NAMES = _Names(
    customers={"anna": {"first_name": "Anna", "last_name": None, "email": "anna@shop.example"}},
    legal_entities={},
    items={("PRODUCT", "drill"): {"code": "D1", "name": {"en": "Drill"}}},
    groups={"club": {"name": {"en": "Club"}}},
)


def record(change_type: str, document: dict[str, Any] | None, **members: Any) -> dict[str, Any]:
    optional = ("customer_id", "legal_entity_id", "item_type", "item_id", "group_id", "previous_status")
    return {
        **dict.fromkeys(optional),
        "type": change_type,
        "segment_id": "gold",
        "document": document,
        **members,
    }


def test_types_of_events() -> None:
    assert event_type("SEGMENT_CREATED") == "customer-segment.segment-created"
    assert EVENT_TYPES["customer-segment.item-assignment-deleted"] is ChangeType.ITEM_ASSIGNMENT_DELETED
    assert len(EVENT_TYPES) == len(ChangeType)


@pytest.mark.parametrize(
    ("change", "members"),
    [
        (record("SEGMENT_DELETED", None), {"id": "gold"}),
        (record("SEGMENT_CREATED", {"id": "gold", "mixins": {"a": {}}}), {"id": "gold"}),
        (
            record("SEGMENT_UPDATED", {"id": "gold", "mixins": {"a": {}}}, previous_status="ACTIVE"),
            {"id": "gold", "mixins": {"a": {}}, "previousStatus": "ACTIVE"},
        ),
        (
            record("CUSTOMER_ASSIGNMENT_CREATED", {"assignmentType": "MANUAL"}, customer_id="anna"),
            {
                "segmentId": "gold",
                "customer": {"id": "anna", "firstName": "Anna", "email": "anna@shop.example"},
                "assignmentType": "MANUAL",
            },
        ),
        (
            record("CUSTOMER_ASSIGNMENT_CREATED", {}, customer_id="ben", legal_entity_id="acme"),
            {"segmentId": "gold", "customer": {"id": "ben"}, "legalEntity": {"id": "acme"}},
        ),
        (
            record("CUSTOMER_ASSIGNMENT_DELETED", None, customer_id="ben", legal_entity_id=""),
            {"segmentId": "gold", "customerId": "ben"},
        ),
        (
            record("ITEM_ASSIGNMENT_CREATED", {}, item_type="PRODUCT", item_id="drill"),
            {
                "segmentId": "gold",
                "type": "PRODUCT",
                "item": {"id": "drill", "code": "D1", "name": {"en": "Drill"}},
            },
        ),
        (
            record("ITEM_ASSIGNMENT_DELETED", None, item_type="PRODUCT", item_id="drill"),
            {"segmentId": "gold", "type": "PRODUCT", "itemId": "drill"},
        ),
        (
            record("GROUP_ASSIGNMENT_CREATED", {}, group_id="club"),
            {"segmentId": "gold", "group": {"id": "club", "name": {"en": "Club"}}},
        ),
        (record("GROUP_ASSIGNMENT_DELETED", None, group_id="club"), {"segmentId": "gold", "groupId": "club"}),
    ],
)
def test_members_of_an_event(change: dict[str, Any], members: dict[str, Any]) -> None:
    assert _members(change, NAMES) == members

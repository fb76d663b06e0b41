from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table

from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import product
from models.tables.segment import segment
from resolvers.changes.record import CONTRACT_TYPES, ChangeType, record_of
from resolvers.writing.change import Cause, Change

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CONTENT: dict[str, Any] = {
    "mixins": {},
    "mixin_schemas": {},
    "version": 3,
    "created_at": NOW,
    "modified_at": NOW,
}
METADATA = {"createdAt": "2026-02-01T00:00:00.000Z", "modifiedAt": "2026-02-01T00:00:00.000Z", "version": 3}
SEGMENT: dict[str, Any] = {
    "tenant": "shop",
    "id": "gold",
    "name": {"en": "Gold"},
    "description": {},
    "valid_from": None,
    "valid_to": None,
    "status": "ACTIVE",
    "site_code": "main",
    **CONTENT,
}


def record(table: Table, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    made = record_of(Change(table, before, after, Cause.MANUAL))
    assert made is not None
    return made


def test_a_change_of_a_segment() -> None:
    created = record(segment, None, SEGMENT)
    assert (created["type"], created["segment_id"], created["version"]) == ("SEGMENT_CREATED", "gold", 3)
    assert created["document"]["metadata"] == METADATA
    assert created["previous_status"] is None
    updated = record(segment, {**SEGMENT, "status": "INACTIVE"}, SEGMENT)
    assert (updated["type"], updated["previous_status"]) == ("SEGMENT_UPDATED", "INACTIVE")
    deleted = record(segment, SEGMENT, None)
    assert (deleted["type"], deleted["document"]) == ("SEGMENT_DELETED", None)


@pytest.mark.parametrize(
    ("table", "key", "names", "document"),
    [
        (
            customer_assignment,
            {"customer_id": "anna", "legal_entity_id": "", "assignment_type": "MANUAL"},
            {"customer_id": "anna", "legal_entity_id": ""},
            {"assignmentType": "MANUAL", "metadata": METADATA},
        ),
        (
            item_assignment,
            {"type": "PRODUCT", "item_id": "drill"},
            {"item_type": "PRODUCT", "item_id": "drill"},
            {"metadata": METADATA},
        ),
        (group_assignment, {"group_id": "club"}, {"group_id": "club"}, {"metadata": METADATA}),
    ],
)
def test_a_change_of_an_assignment(
    table: Table, key: dict[str, str], names: dict[str, str], document: dict[str, Any]
) -> None:
    row = {"segment_id": "gold", **key, **CONTENT}
    created = record(table, None, row)
    assert created["type"] == f"{table.name.upper()}_CREATED"
    assert created["document"] == document
    all_names = ("customer_id", "legal_entity_id", "item_type", "item_id", "group_id")
    assert {name: created[name] for name in all_names if created[name] is not None} == names


def test_reference_data_has_no_record() -> None:
    assert record_of(Change(product, None, {"id": "drill"}, Cause.MANUAL)) is None


def test_the_contract_knows_no_groups() -> None:
    assert set(ChangeType) - CONTRACT_TYPES == {
        ChangeType.GROUP_ASSIGNMENT_CREATED,
        ChangeType.GROUP_ASSIGNMENT_UPDATED,
        ChangeType.GROUP_ASSIGNMENT_DELETED,
    }

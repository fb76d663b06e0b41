from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import Table

from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import product
from models.tables.segment import segment
from resolvers.changes.record import CONTRACT_TYPES, ChangeType, LogRecord, records_of
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


def record(table: Table, before: dict[str, Any] | None, after: dict[str, Any] | None) -> LogRecord:
    [made] = records_of([Change(table, before, after, Cause.MANUAL)])
    return made


def document(made: LogRecord) -> Any:
    return None if made.document is None else orjson.loads(made.document)


def test_a_change_of_a_segment() -> None:
    created = record(segment, None, SEGMENT)
    assert (created.type, created.segment_id, created.version) == ("SEGMENT_CREATED", "gold", 3)
    assert document(created)["metadata"] == METADATA
    assert created.previous_status is None
    updated = record(segment, {**SEGMENT, "status": "INACTIVE"}, SEGMENT)
    assert (updated.type, updated.previous_status) == ("SEGMENT_UPDATED", "INACTIVE")
    deleted = record(segment, SEGMENT, None)
    assert (deleted.type, document(deleted)) == ("SEGMENT_DELETED", None)


@pytest.mark.parametrize(
    ("table", "key", "names", "shown"),
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
    table: Table, key: dict[str, str], names: dict[str, str], shown: dict[str, Any]
) -> None:
    row = {"segment_id": "gold", **key, **CONTENT}
    created = record(table, None, row)
    assert created.type == f"{table.name.upper()}_CREATED"
    assert document(created) == shown
    all_names = ("customer_id", "legal_entity_id", "item_type", "item_id", "group_id")
    values = {name: getattr(created, name) for name in all_names}
    assert {name: value for name, value in values.items() if value is not None} == names


def test_reference_data_has_no_record() -> None:
    assert list(records_of([Change(product, None, {"id": "drill"}, Cause.MANUAL)])) == []


def test_neighbours_have_their_own_documents() -> None:
    """In Python 1 and true are equal; an item and a group have the same columns beside their keys."""
    numbers: list[dict[str, Any]] = [{"mixins": {"m": {"n": value}}} for value in (1, True, 1.0)]
    rows: list[dict[str, Any]] = [
        {**CONTENT, "segment_id": "gold", "type": "PRODUCT", "item_id": "drill", **changed}
        for changed in ({}, {"version": 4}, {}, *numbers, {})
    ]
    made = records_of(Change(item_assignment, None, row, Cause.MANUAL) for row in rows)
    assert [(document(one)["metadata"]["version"], document(one).get("mixins")) for one in made] == [
        (3, None),
        (4, None),
        (3, None),
        *((3, number["mixins"]) for number in numbers),
        (3, None),
    ]
    key = {"segment_id": "gold", "customer_id": "anna", "legal_entity_id": "", "assignment_type": "MANUAL"}
    pair = [
        Change(item_assignment, None, rows[0], Cause.MANUAL),
        Change(customer_assignment, None, {**key, **CONTENT}, Cause.MANUAL),
    ]
    assert [document(one).get("assignmentType") for one in records_of(pair)] == [None, "MANUAL"]


def test_the_contract_knows_no_groups() -> None:
    assert set(ChangeType) - CONTRACT_TYPES == {
        ChangeType.GROUP_ASSIGNMENT_CREATED,
        ChangeType.GROUP_ASSIGNMENT_UPDATED,
        ChangeType.GROUP_ASSIGNMENT_DELETED,
    }

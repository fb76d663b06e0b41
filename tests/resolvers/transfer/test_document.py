from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.transfer.document import (
    customer_assignment_record,
    deletes,
    flag,
    group_assignment_record,
    item_assignment_record,
    remove_segment,
    restore_customer_assignment,
    restore_segment,
    stamp,
)
from resolvers.writing.command import Stamp

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CONTENT: dict[str, Any] = {
    "mixins": {},
    "mixin_schemas": {},
    "version": 2,
    "created_at": NOW,
    "modified_at": NOW,
}
METADATA = {"createdAt": "2026-02-01T00:00:00.000Z", "modifiedAt": "2026-02-01T00:00:00.000Z", "version": 2}


def test_a_line_keeps_version_and_times() -> None:
    document = {
        "segmentId": "gold",
        "customerId": "anna",
        "assignmentType": "AUTOMATIC",
        "metadata": METADATA,
    }
    command = restore_customer_assignment(document, Policy())
    assert command.key == ("gold", "anna", "")
    assert command.content == {"assignment_type": "AUTOMATIC", "mixins": {}, "mixin_schemas": {}}
    assert command.stamp == Stamp(2, NOW, NOW)


def test_a_line_without_metadata_has_no_stamp() -> None:
    assert stamp({}) is None
    assert stamp({"metadata": {"version": 3}}) == Stamp(version=3)


@pytest.mark.parametrize("version", [0, -1, 2_000_000_001, True, "2", 1.0])
def test_a_version_at_fault(version: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        stamp({"metadata": {"version": version}})
    assert refusal.value.message == "The version is a whole number from 1 to 2,000,000,000."
    assert refusal.value.path == ("metadata", "version")


def test_deletions_are_flags() -> None:
    assert deletes({"deleted": True})
    assert not deletes({"deleted": None})
    removal = remove_segment({"id": "gold", "forceDelete": True})
    assert (removal.key, removal.force_delete, removal.takes_along) == (("gold",), True, True)
    with pytest.raises(InvalidInput) as refusal:
        flag({"deleted": 1}, "deleted")
    assert refusal.value.path == ("deleted",)


def test_a_segment_needs_its_id() -> None:
    with pytest.raises(InvalidInput) as refusal:
        restore_segment({"name": {"en": "Gold"}, "siteCode": "main"}, Policy())
    assert refusal.value.path == ("id",)


def test_records_begin_with_their_keys() -> None:
    customer = {"segment_id": "gold", "customer_id": "anna", "assignment_type": "MANUAL", **CONTENT}
    assert customer_assignment_record({**customer, "legal_entity_id": ""}) == {
        "segmentId": "gold",
        "customerId": "anna",
        "assignmentType": "MANUAL",
        "metadata": METADATA,
    }
    assert customer_assignment_record({**customer, "legal_entity_id": "acme"})["legalEntityId"] == "acme"
    item = {"segment_id": "gold", "type": "PRODUCT", "item_id": "drill", **CONTENT}
    assert list(item_assignment_record(item)) == ["segmentId", "type", "itemId", "metadata"]
    group = {"segment_id": "gold", "group_id": "club", **CONTENT}
    assert list(group_assignment_record(group)) == ["segmentId", "groupId", "metadata"]

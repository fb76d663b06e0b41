from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from resolvers.errors import AlreadyExists, VersionConflict
from resolvers.writing.command import Create, Remove, Restore, Stamp, Upsert, VersionedCommand
from resolvers.writing.table import RecordTable, _decide, same, same_value, successor

TABLE = RecordTable(customer_assignment, ASSIGNMENT_KEY, named_by="customer_id")
KEY = ("gold", "anna", "")
NOW = datetime(2026, 2, 1, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)
STORED: dict[str, Any] = {"status": "ACTIVE", "version": 3, "created_at": EARLIER, "modified_at": EARLIER}
CONTENT = {"status": "INACTIVE"}


def test_a_row_is_named_by_one_column_of_its_key() -> None:
    assert TABLE.resource_id(KEY) == "anna"
    record = TABLE.record("shop", KEY, {"version": 1})
    assert record == {
        "tenant": "shop",
        "segment_id": "gold",
        "customer_id": "anna",
        "legal_entity_id": "",
        "version": 1,
    }
    assert TABLE.key_of(record) == KEY


@pytest.mark.parametrize(
    ("command", "stored", "record"),
    [
        (Remove(KEY), STORED, None),
        (Create(KEY, CONTENT), None, {**CONTENT, "version": 1, "created_at": NOW, "modified_at": NOW}),
        (Upsert(KEY, CONTENT), STORED, {**CONTENT, "version": 4, "created_at": EARLIER, "modified_at": NOW}),
        (
            Upsert(KEY, CONTENT, expected_version=3),
            STORED,
            {**CONTENT, "version": 4, "created_at": EARLIER, "modified_at": NOW},
        ),
        (Restore(KEY, {"status": "ACTIVE"}), STORED, STORED),
        (
            Restore(KEY, CONTENT, Stamp(version=9)),
            STORED,
            {**CONTENT, "version": 9, "created_at": EARLIER, "modified_at": NOW},
        ),
    ],
)
def test_the_next_row(
    command: VersionedCommand, stored: dict[str, Any] | None, record: dict[str, Any] | None
) -> None:
    assert _decide(command, stored, NOW, "anna") == record


@pytest.mark.parametrize(
    ("command", "error"),
    [(Create(KEY, CONTENT), AlreadyExists), (Upsert(KEY, CONTENT, expected_version=2), VersionConflict)],
)
def test_refused_commands(command: VersionedCommand, error: type[AlreadyExists]) -> None:
    with pytest.raises(error) as refusal:
        _decide(command, STORED, NOW, "anna")
    assert refusal.value.resource_id == "anna"


def test_a_restored_row_is_the_same_with_the_same_stamp() -> None:
    assert same(STORED, {"status": "ACTIVE"}, Stamp(version=3))
    assert not same(STORED, {"status": "ACTIVE"}, Stamp(version=4))
    assert successor(None, NOW) == {"version": 1, "created_at": NOW, "modified_at": NOW}


@pytest.mark.parametrize(
    ("stored", "value", "is_same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ([1], [1], True),
        ("a", "a", True),
        (None, "", False),
    ],
)
def test_the_same_value(stored: Any, value: Any, *, is_same: bool) -> None:
    assert same_value(stored, value) is is_same

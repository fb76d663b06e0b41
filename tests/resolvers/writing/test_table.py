from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from resolvers.access import Writer
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.errors import AlreadyExists, VersionConflict
from resolvers.segment.write import SEGMENTS
from resolvers.writing import table
from resolvers.writing.command import Create, Key, Remove, Restore, Stamp, Upsert, VersionedCommand
from resolvers.writing.table import RecordTable, _decide, same, same_value, successor
from tests.factories.documents import segment
from tests.factories.shop import Shop

TABLE = RecordTable(customer_assignment, ASSIGNMENT_KEY, named_by="customer_id")
KEYS = [("s", f"c{number}", "") for number in (5, 3, 9, 1, 3, 7)]
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


@pytest.mark.parametrize(("at_once", "statements"), [(1_000, 1), (5, 1), (4, 3), (2, 4), (1, 6)])
async def test_all_rows_of_the_keys_are_locked(
    shop: Shop, at_once: int, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LOCKED_AT_ONCE", at_once)
    await shop.segments(segment("s"), segment("t"))
    await shop.customers(*(("s", f"c{number}") for number in range(8)))

    async def work(writer: Writer) -> tuple[list[str], int]:
        rows = await CUSTOMER_ASSIGNMENTS.lock(writer, KEYS)
        return [key[1] for key in rows.before], writer.transaction.statements

    assert await shop.write(work) == (["c1", "c3", "c5", "c7"], statements)


@pytest.mark.parametrize(
    ("keys", "locked", "statements"),
    [
        ([("s", f"d{number}", "") for number in range(5)], [], 1),
        ([("s", f"a{number}", "") for number in range(5)], [], 1),
        ([("t", f"c{number}", "") for number in range(5)], [], 1),
        ([*(("s", f"a{number}", "") for number in range(4)), ("s", "c0", "")], ["c0"], 4),
        ([("s", "c7", "acme"), *(("s", f"d{number}", "") for number in range(4))], [], 4),
        ([("s", "c7", ""), *(("s", f"d{number}", "") for number in range(4))], ["c7"], 4),
        ([("s", "c0", ""), ("t", "c0", ""), ("t", "c1", "")], ["c0"], 2),
    ],
)
async def test_keys_are_looked_up_only_where_a_row_is_between_them(
    shop: Shop, keys: list[Key], locked: list[str], statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One statement looks between them, and each two are looked up. Where they are few, all are looked up."""
    monkeypatch.setattr(table, "LOCKED_AT_ONCE", 2)
    await shop.segments(segment("s"), segment("t"))
    await shop.customers(*(("s", f"c{number}") for number in range(8)))

    async def work(writer: Writer) -> tuple[list[str], int]:
        rows = await CUSTOMER_ASSIGNMENTS.lock(writer, keys)
        return [key[1] for key in rows.before], writer.transaction.statements

    assert await shop.write(work) == (locked, statements)


async def test_rows_with_one_key_column_are_locked_in_parts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LOCKED_AT_ONCE", 1)
    await shop.segments(segment("s"), segment("t"), segment("u"))

    async def work(writer: Writer) -> list[str]:
        rows = await SEGMENTS.lock(writer, [("u",), ("s",), ("missing",)])
        return [key[0] for key in rows.before]

    assert await shop.write(work) == ["s", "u"]

"""Rows that the driver writes are what SQLAlchemy would have stored."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.connection.session import Transaction
from models.sql import row_statement
from models.sql.listed_insert import AT_ONCE as LISTED
from models.sql.row_statement import COPIED, Build, deleted, inserted, updated
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment
from tests.factories.documents import segment as segment_document
from tests.factories.shop import Shop

ODD = 'a,"b"\\{NULL}\N{GRINNING FACE}\u2028é\'$1%s'
AT = datetime(2026, 11, 29, 10, 0, 0, 123_456, UTC)
STORED_AT = AT.replace(microsecond=123_000)
FIRST = datetime.min.replace(tzinfo=UTC)


def row(shop: Shop, customer_id: str, **columns: Any) -> dict[str, Any]:
    return {
        "tenant": shop.tenant,
        "segment_id": "s",
        "customer_id": customer_id,
        "legal_entity_id": "",
        "assignment_type": "MANUAL",
        "mixins": {},
        "mixin_schemas": {},
        "version": 1,
        "created_at": AT,
        "modified_at": AT,
        **columns,
    }


async def write(shop: Shop, build: Build, rows: Sequence[dict[str, Any]], table: Any = None) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.write_rows(build, customer_assignment if table is None else table, rows)

    await shop.database.write(work)


async def stored(shop: Shop) -> list[dict[str, Any]]:
    return (await shop.rows())["customer_assignment"]


async def test_each_value_is_stored_as_it_is(shop: Shop) -> None:
    """Texts that an array or JSON would need to quote, a large number, all kinds of JSON, odd instants."""
    await shop.segments(segment_document("s"))
    mixins = {
        "texts": {ODD: ["", ODD]},
        "numbers": {"n": [2**63 - 1, -0.5, 1e300]},
        "others": {"o": [None, True]},
    }
    rows = [
        row(shop, "", version=2**63 - 1, mixins=mixins),
        row(shop, "NULL", created_at=FIRST, modified_at=FIRST),
        row(shop, ODD, legal_entity_id=ODD, mixin_schemas={"m": "https://example.org"}),
    ]
    await write(shop, inserted, rows)
    expected = [
        one | {"created_at": STORED_AT, "modified_at": STORED_AT} if one["created_at"] is AT else one
        for one in rows
    ]
    assert sorted(without_first(await stored(shop)), key=lambda one: one["customer_id"]) == sorted(
        without_first(expected), key=lambda one: one["customer_id"]
    )


def without_first(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first instant is stored a microsecond later by PostgreSQL, and shown as the same."""
    return [
        {name: FIRST if value == FIRST.replace(microsecond=1) else value for name, value in one.items()}
        for one in rows
    ]


@pytest.mark.parametrize("count", [COPIED - 1, COPIED, LISTED, LISTED + 1])
async def test_many_rows_are_stored_as_they_are(shop: Shop, count: int) -> None:
    await shop.segments(segment_document("s"))
    rows = [
        row(
            shop,
            f"{number:03}{ODD}",
            version=number + 1,
            created_at=STORED_AT,
            modified_at=STORED_AT + timedelta(seconds=number),
            mixins={"m": {"n": number}} if number % 3 else {},
            mixin_schemas={} if number % 2 else {"m": "https://example.org"},
        )
        for number in range(count)
    ]
    await write(shop, inserted, rows)
    assert await stored(shop) == rows


async def test_missing_values_are_stored_as_null(shop: Shop) -> None:
    whole = {
        "tenant": shop.tenant,
        "id": "s",
        "name": {"en": "x"},
        "description": {},
        "valid_from": None,
        "valid_to": AT,
        "status": "ACTIVE",
        "site_code": "main",
        "mixins": {},
        "mixin_schemas": {},
        "version": 1,
        "created_at": AT,
        "modified_at": AT,
    }
    await write(shop, inserted, [whole], segment)
    [kept] = (await shop.rows())["segment"]
    assert (kept["valid_from"], kept["valid_to"]) == (None, STORED_AT)


@pytest.mark.parametrize("count", [1, 3])
async def test_only_the_rows_named_by_their_keys_change(shop: Shop, count: int) -> None:
    await shop.segments(segment_document("s"))
    rows = [row(shop, f"c{number}") for number in range(5)]
    await write(shop, inserted, rows)
    await write(shop, updated, [{**one, "version": 7, "mixins": {"m": {"n": 1}}} for one in rows[:count]])
    await write(shop, deleted, rows[4:])
    assert [(one["customer_id"], one["version"], one["mixins"]) for one in await stored(shop)] == [
        (f"c{number}", 7 if number < count else 1, {"m": {"n": 1}} if number < count else {})
        for number in range(4)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
async def test_rows_are_inserted_in_parts(shop: Shop, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_statement, "COPIED", 3)
    monkeypatch.setattr(row_statement, "AT_ONCE", 3)
    await shop.segments(segment_document("s"))
    await write(shop, inserted, [row(shop, f"c{number}", version=number + 1) for number in range(count)])
    assert [(one["customer_id"], one["version"]) for one in await stored(shop)] == [
        (f"c{number}", number + 1) for number in range(count)
    ]


async def test_no_rows_run_no_statement(shop: Shop) -> None:
    async def work(transaction: Transaction) -> int:
        await transaction.write_rows(inserted, customer_assignment, [])
        return transaction.statements

    assert await shop.database.write(work) == 0

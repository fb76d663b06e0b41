"""Records that are inserted by the driver are what SQLAlchemy would have stored."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson
import pytest
from sqlalchemy import Select, literal_column, select

from models.connection.session import Transaction
from models.sql.listed_insert import AT_ONCE
from models.sql.row_statement import COPIED
from models.tables.change import change_record
from resolvers.changes import log
from resolvers.changes.log import ChangeLog
from resolvers.changes.numbering import EACH, SHARED, insert_numbered
from resolvers.changes.record import LogRecord
from resolvers.writing.command import Record
from tests.factories.documents import segment
from tests.factories.shop import Shop

ANYTHING: Final[Select[Any]] = select(literal_column("1"))
AT: Final = datetime(2026, 11, 29, 10, 0, 0, 123_456, UTC)


def shared(tenant: str) -> Record:
    return {"tenant": tenant, "actor": None, "request_id": "r", "recorded_at": AT, "epoch": "e"}


def record(**columns: Any) -> LogRecord:
    basis: dict[str, Any] = {"type": "T", "segment_id": "s", "cause": "MANUAL", "version": 1}
    return LogRecord(**{**dict.fromkeys(EACH), **basis, **columns})


async def stored(shop: Shop) -> list[dict[str, Any]]:
    statement = select(change_record).where(change_record.c.tenant == shop.tenant).order_by("seq")
    async with shop.database.read() as snapshot:
        rows = await snapshot.rows(statement)
    return [{name: row[name] for name in (*SHARED, *EACH, "seq")} for row in rows]


async def insert(shop: Shop, *records: LogRecord) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.value(ANYTHING)  # a transaction begins with its first statement
        await insert_numbered(transaction, records, shared(shop.tenant))

    await shop.database.write(work)


@pytest.mark.parametrize("count", [3, COPIED, AT_ONCE, AT_ONCE + 1])
async def test_each_value_is_stored_as_it_is(shop: Shop, count: int) -> None:
    """Texts that an array or JSON would need to quote, the largest number, and every kind of JSON."""
    odd = 'a,"b"\\{NULL}\N{GRINNING FACE}\u2028é\'$1%s'
    document = {"texts": [odd, ""], "numbers": [2**63 - 1, -0.5, 1e300], "others": [None, True, {}, []]}
    text = orjson.dumps(document).decode()
    records = [
        record(segment_id=odd, customer_id="", legal_entity_id="NULL", version=2**63 - 1, document=text),
        record(item_type="PRODUCT", item_id=odd, previous_status="ACTIVE"),
        record(document="{}"),
        *(record(group_id=str(number)) for number in range(3, count)),
    ]
    await insert(shop, *records)
    common = {**shared(shop.tenant), "recorded_at": AT.replace(microsecond=123_000)}
    common.pop("epoch")
    assert await stored(shop) == [
        {**common, **one._asdict(), "document": one.document and orjson.loads(one.document), "seq": number}
        for number, one in enumerate(records, start=1)
    ]


async def test_numbers_go_on(shop: Shop) -> None:
    await insert(shop, *(record(segment_id=f"s{number}") for number in range(3)))
    await insert(shop, *(record(segment_id=f"s{number}") for number in range(3, 5)))
    assert [(one["seq"], one["segment_id"]) for one in await stored(shop)] == [
        (number + 1, f"s{number}") for number in range(5)
    ]


async def test_many_records_are_written_in_steps(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "AT_ONCE", 3)
    monkeypatch.setattr(log, "records_of", list)
    changes: Any = [record(segment_id=f"s{number}") for number in range(7)]
    written = ChangeLog()
    written.add(changes)

    async def work(transaction: Transaction) -> int:
        await transaction.value(ANYTHING)
        before = transaction.statements
        await written.write(transaction, shared(shop.tenant))
        return transaction.statements - before

    assert await shop.database.write(work) == 3
    assert [one["segment_id"] for one in await stored(shop)] == [f"s{number}" for number in range(7)]


async def test_a_transaction_that_has_not_begun_is_refused(shop: Shop) -> None:
    """PostgreSQL's begins with its first statement: the driver's own would be a transaction each."""
    if shop.database.engine.dialect.name == "sqlite":
        pytest.skip("a transaction of SQLite begins at once")

    async def work(transaction: Transaction) -> None:
        await insert_numbered(transaction, [record()], shared(shop.tenant))

    with pytest.raises(RuntimeError, match="has begun"):
        await shop.database.write(work)
    await shop.segments(segment("s"))
    assert len(await stored(shop)) == 1

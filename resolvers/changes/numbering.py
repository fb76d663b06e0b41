"""Statements for numbering and inserting change records.

The driver runs them directly: through SQLAlchemy they took as long as all other statements of a small
write.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ClauseElement,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.session import Transaction
from models.sql.keys import KeyList
from models.sql.listed_insert import listed_insert
from models.sql.prepared import Parameters, PreparedText, Run, Target
from models.sql.row_statement import copied
from models.tables.change import change_head, change_record
from models.tables.columns import instant_text, to_milliseconds
from resolvers.changes.cursor import Position
from resolvers.changes.record import LogRecord
from resolvers.writing.command import Record

SHARED: Final = ("tenant", "actor", "request_id", "recorded_at")
"""Columns that are the same in all records of a transaction."""
EACH: Final = LogRecord._fields
_PARAMETERS: Final = {column.name: f"new_{column.name}" for column in change_record.c}
MOST_AT_ONCE: Final = 4_000
"""Records that one statement numbers and inserts on PostgreSQL, as in any request; `load` copies more."""
COUNT: Final = bindparam("count", type_=BigInteger)
"""The number of records."""
RETURNED: Final = (change_head.c.seq, change_head.c.epoch, change_head.c.writes)
"""Of the head, once it is locked and advanced."""


async def insert_numbered(transaction: Transaction, records: Sequence[LogRecord], shared: Record) -> Position:
    """Insert the records with the tenant's next numbers, in order; return the position of the last.

    `shared` has the columns of SHARED, and the `epoch` of a tenant that has no log yet.
    """
    head = _of_head(shared, len(records))
    if transaction.dialect == "postgresql" and len(records) <= MOST_AT_ONCE:
        at_once = _prepared(transaction, "insert", _inserted_at_once)
        seq, epoch, _ = await _head_after(transaction, [at_once.run({**head, **_arrays(records)})])
        return Position(epoch, seq)
    advance = _prepared(transaction, "advance", lambda: _head_advanced(_DIALECTS[transaction.dialect]))
    if transaction.dialect == "postgresql":
        seq, epoch, _ = await _head_after(transaction, [advance.run(head)])
        await transaction.run(_copied(records, shared, seq))
    else:
        seq, epoch, _ = await _head_after(transaction, [advance.run(head), *_listed(records, shared)])
    return Position(epoch, seq)


async def count_write(transaction: Transaction, shared: Record) -> Position:
    """Count a write that leaves no record; return the position of the head."""
    dialect = _DIALECTS[transaction.dialect]
    count = _prepared(transaction, "count", lambda: _write_counted(dialect))
    seq, epoch, writes = await _head_after(transaction, [count.run(_of_head(shared, 0))])
    return Position(epoch, seq, writes)


async def _head_after(transaction: Transaction, runs: Sequence[Run]) -> tuple[int, str, int]:
    """The tenant's head, as RETURNED says, which the first statement returns."""
    [(seq, epoch, writes)] = await transaction.run(runs)
    return seq, epoch, writes


def _prepared(transaction: Transaction, name: str, build: Callable[[], ClauseElement]) -> PreparedText:
    key = name, transaction.dialect
    if key not in _PREPARED:
        _PREPARED[key] = transaction.prepare_write(build())
    return _PREPARED[key]


def _of_column(name: str) -> BindParameter[Any]:
    """The parameter for a column.

    SQLAlchemy reserves the column's own name.
    """
    return bindparam(_PARAMETERS[name], type_=change_record.c[name].type)


def _head_advanced(dialect: Any) -> Any:
    """Advance the tenant's head, or create it."""
    inserted = _new_head(dialect, seq=COUNT, writes=0)
    moved = {"seq": change_head.c.seq + inserted.excluded.seq, "at": inserted.excluded.at}
    return _upsert(inserted, moved)


def _write_counted(dialect: Any) -> Any:
    """Count a write without records at the tenant's head, or create it."""
    inserted = _new_head(dialect, seq=0, writes=1)
    return _upsert(inserted, {"writes": change_head.c.writes + inserted.excluded.writes})


def _new_head(dialect: Any, **numbers: Any) -> Any:
    return dialect.insert(change_head).values(
        tenant=_of_column("tenant"),
        floor=0,
        epoch=bindparam("epoch", type_=Text),
        at=_of_column("recorded_at"),
        **numbers,
    )


def _upsert(inserted: Any, moved: Mapping[str, Any]) -> Any:
    updated = inserted.on_conflict_do_update(index_elements=[change_head.c.tenant], set_=moved)
    return updated.returning(*RETURNED)


def _of_head(shared: Record, count: int) -> Record:
    columns = {_PARAMETERS[name]: shared[name] for name in SHARED}
    return {**columns, "count": count, "epoch": shared["epoch"]}


def _inserted_at_once() -> Select[Any]:
    """A statement for advancing the head and inserting records.

    The records are sent as one array per column.
    """
    head = _head_advanced(postgresql).cte("head")
    arrays = [bindparam(_PARAMETERS[name], type_=KeyList) for name in EACH]
    texts = [column(name, Text) for name in EACH]
    elements = func.unnest(*arrays).table_valued(*texts, with_ordinality="place", name="listed")
    rows = elements.render_derived()
    values = {
        **{name: _of_column(name) for name in SHARED},
        **{name: cast(rows.c[name], change_record.c[name].type) for name in EACH},
        "seq": head.c.seq - COUNT + rows.c.place,
    }
    numbered = select(*values.values()).select_from(head.join(rows, true()))
    inserted = change_record.insert().from_select(list(values), numbered).cte("inserted")
    return select(*(head.c[column.name] for column in RETURNED)).add_cte(inserted)


def _arrays(records: Sequence[LogRecord]) -> Parameters:
    columns = dict(zip(EACH, zip(*records, strict=True), strict=True))
    columns["version"] = tuple(map(str, columns["version"]))
    return {_PARAMETERS[name]: values for name, values in columns.items()}


def _listed(records: Sequence[LogRecord], shared: Record) -> Sequence[Run]:
    """The runs that insert the records after the head has advanced.

    Each number is relative to the head's: a value says how far it is below the tenant's newest.
    """
    values = [shared["tenant"], shared["actor"], shared["request_id"], instant_text(shared["recorded_at"])]
    below = range(len(records) - 1, -1, -1)
    rows = [(*record, number) for record, number in zip(records, below, strict=True)]
    return _LISTED.runs([*values, shared["tenant"]], rows)


def _copied(records: Sequence[LogRecord], shared: Record, newest: int) -> Sequence[Run]:
    values = shared["tenant"], shared["actor"], shared["request_id"], to_milliseconds(shared["recorded_at"])
    numbers = range(newest - len(records) + 1, newest + 1)
    rows = [(*values, *record, number) for record, number in zip(records, numbers, strict=True)]
    return copied(_COPY, rows)


_COPY: Final = Target(change_record.name, (*SHARED, *EACH, "seq"))
_LISTED: Final = listed_insert(
    change_record,
    SHARED,
    (*EACH, "seq"),
    {"seq": f"(SELECT seq FROM {change_head.name} WHERE {change_head.name}.tenant = ?) - {{}}"},  # noqa: S608  (our names)
)
_DIALECTS: Final = {"postgresql": postgresql, "sqlite": sqlite}
_PREPARED: Final[dict[tuple[str, str], PreparedText]] = {}
"""The statements in each driver's form, compiled when the first record is written."""

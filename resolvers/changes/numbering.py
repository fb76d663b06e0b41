"""Statements for numbering and inserting change records.

The driver runs them directly: through SQLAlchemy they took as long as all other statements of a small
write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Insert,
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
from models.sql.prepared import Parameters, PreparedText
from models.tables.change import change_head, change_record
from models.tables.columns import instant_text
from resolvers.changes.cursor import Position
from resolvers.writing.command import Record

SHARED: Final = ("tenant", "actor", "request_id", "recorded_at")
"""Columns that are the same in all records of a transaction."""
EACH: Final = tuple(column.name for column in change_record.c if column.name not in {*SHARED, "seq"})
_PARAMETERS: Final = {column.name: f"new_{column.name}" for column in change_record.c}
COUNT: Final = bindparam("count", type_=BigInteger)
"""The number of records."""
RETURNED: Final = (change_head.c.seq, change_head.c.epoch, change_head.c.writes)
"""Of the head, once it is locked and advanced."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement and the parameters of each execution.

    The parameters are made of records and shared values.
    """

    statement: ClauseElement
    parameters: Callable[[Sequence[Record], Record], Sequence[Parameters]]


_Steps: TypeAlias = Mapping[str, Sequence[_Step]]
"""The statements of each kind of database. The first returns the tenant's head, as RETURNED says."""


async def insert_numbered(transaction: Transaction, records: Sequence[Record], shared: Record) -> Position:
    """Insert the records with the tenant's next numbers, in order; return the position of the last.

    `shared` has the columns of SHARED, and the `epoch` of a tenant that has no log yet.
    """
    seq, epoch, _ = await _head_after("insert", _STEPS, transaction, records, shared)
    return Position(epoch, seq)


async def count_write(transaction: Transaction, shared: Record) -> Position:
    """Count a write that leaves no record; return the position of the head."""
    seq, epoch, writes = await _head_after("count", _COUNTING, transaction, (), shared)
    return Position(epoch, seq, writes)


async def _head_after(
    name: str, steps_of: _Steps, transaction: Transaction, records: Sequence[Record], shared: Record
) -> tuple[int, str, int]:
    steps = steps_of[transaction.dialect]
    prepared = _PREPARED.get((name, transaction.dialect))
    if prepared is None:
        prepared = [transaction.prepare_write(step.statement) for step in steps]
        _PREPARED[name, transaction.dialect] = prepared
    [(seq, epoch, writes)] = await transaction.run(
        [(text, step.parameters(records, shared)) for text, step in zip(prepared, steps, strict=True)]
    )
    return seq, epoch, writes


def _of_column(name: str) -> BindParameter[Any]:
    """The parameter for a column.

    SQLAlchemy reserves the column's own name.
    """
    return bindparam(_PARAMETERS[name], type_=change_record.c[name].type)


def _documents(records: Sequence[Record]) -> list[str | None]:
    documents = [record["document"] for record in records]
    return [None if document is None else orjson.dumps(document).decode() for document in documents]


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


def _shared_parameters(records: Sequence[Record], shared: Record) -> Record:
    columns = {_PARAMETERS[name]: shared[name] for name in SHARED}
    return {**columns, "count": len(records), "epoch": shared["epoch"]}


def _of_head(shared: Record) -> Record:
    return {
        **{_PARAMETERS[name]: shared[name] for name in ("tenant", "recorded_at")},
        "epoch": shared["epoch"],
    }


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


def _arrays(records: Sequence[Record], shared: Record) -> Sequence[Parameters]:
    arrays = {_PARAMETERS[name]: [record[name] for record in records] for name in EACH}
    versions = [str(record["version"]) for record in records]
    arrays |= {_PARAMETERS["version"]: versions, _PARAMETERS["document"]: _documents(records)}
    return [{**_shared_parameters(records, shared), **arrays}]


def _inserted_after_head() -> Insert:
    """Insert one record with a number relative to the head.

    A parameter says how far its number is below the tenant's newest. Parameters are stored values.
    """
    columns: dict[str, ColumnElement[Any]] = {
        name: bindparam(name, type_=BigInteger if name == "version" else Text) for name in (*SHARED, *EACH)
    }
    newest = select(change_head.c.seq).where(change_head.c.tenant == columns["tenant"]).scalar_subquery()
    columns["seq"] = newest - bindparam("left", type_=BigInteger)
    return change_record.insert().from_select(list(columns), select(*columns.values()))


def _one_by_one(records: Sequence[Record], shared: Record) -> Sequence[Parameters]:
    common = {**shared, "recorded_at": instant_text(shared["recorded_at"])}
    left = range(len(records) - 1, -1, -1)
    return [
        {**common, **record, "document": document, "left": number}
        for number, record, document in zip(left, records, _documents(records), strict=True)
    ]


_STEPS: Final[_Steps] = {
    "postgresql": [_Step(_inserted_at_once(), _arrays)],
    "sqlite": [
        _Step(_head_advanced(sqlite), lambda records, shared: [_shared_parameters(records, shared)]),
        _Step(_inserted_after_head(), _one_by_one),
    ],
}
_COUNTING: Final[_Steps] = {
    "postgresql": [_Step(_write_counted(postgresql), lambda _, shared: [_of_head(shared)])],
    "sqlite": [_Step(_write_counted(sqlite), lambda _, shared: [_of_head(shared)])],
}
_PREPARED: Final[dict[tuple[str, str], Sequence[PreparedText]]] = {}
"""The statements in each driver's form, compiled when the first record is written."""

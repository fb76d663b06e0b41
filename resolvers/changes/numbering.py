"""Statements for numbering and inserting change records.

The driver runs them directly: through SQLAlchemy they took as long as all other statements of a small
write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Insert,
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
from resolvers.writing.command import Record

SHARED: Final = ("tenant", "actor", "request_id", "recorded_at")
"""Columns that are the same in all records of a transaction."""
EACH: Final = tuple(column.name for column in change_record.c if column.name not in {*SHARED, "seq"})
_PARAMETERS: Final = {column.name: f"new_{column.name}" for column in change_record.c}
COUNT: Final = bindparam("count", type_=BigInteger)
"""The number of records."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement and the parameters of each execution.

    The parameters are made of records and shared values.
    """

    statement: ClauseElement
    parameters: Callable[[Sequence[Record], Record], Sequence[Parameters]]


async def insert_numbered(transaction: Transaction, records: Sequence[Record], shared: Record) -> None:
    """Insert the records with the tenant's next numbers, in order.

    `shared` has the columns of SHARED, and the `epoch` of a tenant that has no log yet.
    """
    steps = _STEPS[transaction.dialect]
    prepared = _PREPARED.get(transaction.dialect)
    if prepared is None:
        prepared = [transaction.prepare_write(step.statement) for step in steps]
        _PREPARED[transaction.dialect] = prepared
    await transaction.run(
        [(text, step.parameters(records, shared)) for text, step in zip(prepared, steps, strict=True)]
    )


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
    inserted = dialect.insert(change_head).values(
        tenant=_of_column("tenant"),
        seq=COUNT,
        floor=0,
        epoch=bindparam("epoch", type_=Text),
        at=_of_column("recorded_at"),
    )
    moved = {"seq": change_head.c.seq + inserted.excluded.seq, "at": inserted.excluded.at}
    return inserted.on_conflict_do_update(index_elements=[change_head.c.tenant], set_=moved)


def _shared_parameters(records: Sequence[Record], shared: Record) -> Record:
    columns = {_PARAMETERS[name]: shared[name] for name in SHARED}
    return {**columns, "count": len(records), "epoch": shared["epoch"]}


def _inserted_at_once() -> Insert:
    """A statement for advancing the head and inserting records.

    The records are sent as one array per column.
    """
    head = _head_advanced(postgresql).returning(change_head.c.seq).cte("head")
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
    return change_record.insert().from_select(list(values), numbered)


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


_STEPS: Final[Mapping[str, Sequence[_Step]]] = {
    "postgresql": [_Step(_inserted_at_once(), _arrays)],
    "sqlite": [
        _Step(_head_advanced(sqlite), lambda records, shared: [_shared_parameters(records, shared)]),
        _Step(_inserted_after_head(), _one_by_one),
    ],
}
_PREPARED: Final[dict[str, Sequence[PreparedText]]] = {}
"""The statements in each driver's form, compiled when the first record is written."""

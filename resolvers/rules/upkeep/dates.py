"""The instants in mixins that rules compare with now, in a table where a range of time is found."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.session import Transaction
from models.filter.dialects import dialect_named
from models.sql.keys import KEYS, is_one_of
from models.sql.prepared import PreparedText
from models.tables.columns import PlainText
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.reference import customer, legal_entity
from models.tables.rule import customer_date
from resolvers.access import TENANT
from resolvers.reading.statements import STATEMENTS

LEGAL_ENTITY_PREFIX: Final = "legalEntity."
CHUNK: Final = 5_000
"""Records, whose dates one statement stores: PostgreSQL takes a quarter of a second."""
MOST_RECORDS: Final = 20_000
"""Customers, or legal entities, whose dates one transaction stores."""
AFTER: Final = bindparam("after", type_=PlainText)
UNTIL: Final = bindparam("until", type_=PlainText)
_COLUMNS: Final = ("tenant", "path", "at", "customer_id", "legal_entity_id")
_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class _Storing:
    """The statements that delete the dates of some records, and that add those which are not stored."""

    delete: PreparedText
    add: Sequence[PreparedText]
    """One, or none where no dates are kept."""

    @property
    def size(self) -> int:
        """An estimate of their bytes."""
        return sum(2_000 + 2 * len(statement.sql) for statement in (self.delete, *self.add))


async def store_dates(
    transaction: Transaction,
    tenant: str,
    paths: Collection[str],
    customers: Collection[str],
    legal_entities: Collection[str],
) -> None:
    """Make the stored dates at these paths those of the records.

    It cannot be the first statement of the transaction.
    """
    for storing, values in _of_records(transaction, tenant, paths, customers, legal_entities):
        await transaction.run([statement.run(values) for statement in (storing.delete, *storing.add)])


async def add_dates(
    transaction: Transaction,
    tenant: str,
    paths: Collection[str],
    customers: Collection[str],
    legal_entities: Collection[str],
) -> None:
    """Store the dates of the records at these paths, beside what is stored of them.

    It cannot be the first statement of the transaction.
    """
    for storing, values in _of_records(transaction, tenant, paths, customers, legal_entities):
        if storing.add:
            await transaction.run([statement.run(values) for statement in storing.add])


def _of_records(
    transaction: Transaction,
    tenant: str,
    paths: Collection[str],
    customers: Collection[str],
    legal_entities: Collection[str],
) -> Iterator[tuple[_Storing, Mapping[str, Any]]]:
    """The statements for each kind of record that there is, with their parameters."""
    for ids, table in ((customers, customer), (legal_entities, legal_entity)):
        if ids:
            yield (
                _kept(transaction, tuple(_paths_of(table, paths)), table),
                {"tenant": tenant, KEYS: sorted(ids)},
            )


async def add_dates_of_all(transaction: Transaction, tenant: str, paths: Collection[str]) -> bool:
    """Store the dates of all records at these paths, beside what is stored; whether that was done.

    It is not where there are more than MOST_RECORDS: one transaction would take too long. So many records
    and one path at a time, that no statement reaches its timeout.
    """
    for table in (customer, legal_entity):
        if _paths_of(table, paths) and await _has_more_records(transaction, tenant, table):
            return False
    for table in (customer, legal_entity):
        where = and_(table.c.id > AFTER, table.c.id <= UNTIL)
        for path in _paths_of(table, paths):
            insert = _insert(_rows([path], transaction.dialect, table, where), transaction.dialect)
            after = ""
            while until := await _end_of_chunk(transaction, tenant, table, after):
                await transaction.write(insert, [{"tenant": tenant, "after": after, "until": until}])
                after = until
    return True


async def _has_more_records(transaction: Transaction, tenant: str, table: Table) -> bool:
    """Whether the tenant has more of them than MOST_RECORDS."""
    ids = select(table.c.id).where(table.c.tenant == TENANT).order_by(table.c.id)
    beyond = await transaction.row(ids.offset(MOST_RECORDS).limit(1), {"tenant": tenant})
    return beyond is not None


async def _end_of_chunk(transaction: Transaction, tenant: str, table: Table, after: str) -> str | None:
    """The id of the last record of the next chunk; None where there are no more."""
    ids = select(table.c.id).where(table.c.tenant == TENANT, table.c.id > AFTER)
    chunk = ids.order_by(table.c.id).limit(CHUNK).subquery()
    last = select(func.max(chunk.c.id))
    end: str | None = await transaction.value(last, {"tenant": tenant, "after": after})
    return end


def _paths_of(table: Table, paths: Collection[str]) -> list[str]:
    """Those of the paths that lead into the table's records, in an order."""
    return sorted(path for path in paths if path.startswith(LEGAL_ENTITY_PREFIX) is (table is legal_entity))


def _kept(transaction: Transaction, paths: tuple[str, ...], table: Table) -> _Storing:
    dialect = transaction.dialect

    def build() -> _Storing:
        columns = customer_date.c.customer_id, customer_date.c.legal_entity_id
        owner, other = columns if table is customer else reversed(columns)
        is_theirs = customer_date.c.tenant == TENANT, is_one_of(owner, dialect), other == NO_LEGAL_ENTITY
        delete = transaction.prepare_write(customer_date.delete().where(*is_theirs))
        if not paths:
            return _Storing(delete, ())
        rows = _rows(paths, dialect, table, is_one_of(table.c.id, dialect))
        insert: Any = _insert(rows, dialect)
        return _Storing(delete, [transaction.prepare_write(insert)])

    storing: _Storing = STATEMENTS.get(("dates", paths, table.name, dialect), build)
    return storing


def _insert(rows: Any, dialect: str) -> Executable:
    statement: Executable = (
        _INSERT[dialect](customer_date).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    )
    return statement


def _rows(paths: Sequence[str], dialect: str, table: Table, where: ColumnElement[bool]) -> Any:
    """The dates of some customers, or of some legal entities, at some paths."""
    empty: ColumnElement[str] = literal("", PlainText)
    statements: list[Select[Any]] = []
    for path in paths:
        names = tuple(path.removeprefix(LEGAL_ENTITY_PREFIX).split("."))[1:]
        instants = dialect_named(dialect).each_instant(table.c.mixins, names)
        ids = (empty, table.c.id) if table is legal_entity else (table.c.id, empty)
        columns = TENANT.label("tenant"), literal(path, PlainText), instants.instant.label("at"), *ids
        rows: Select[Any] = select(*columns).select_from(table)  # before what is made of its columns
        statements.append(
            rows.where(table.c.tenant == TENANT, where, *instants.where, instants.instant.is_not(None))
        )
    return union_all(*statements) if len(statements) > 1 else statements[0]

"""The instants in mixins that rules compare with now, in a table where a range of time is found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Select, literal, select, union_all
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
_COLUMNS: Final = ("tenant", "path", "at", "customer_id", "legal_entity_id")
_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class _Storing:
    """The statements that replace the dates of some records, or add those of all."""

    statements: Sequence[PreparedText]

    @property
    def size(self) -> int:
        """An estimate of their bytes."""
        return sum(2_000 + 2 * len(one.sql) for one in self.statements)


async def store_dates(
    transaction: Transaction,
    tenant: str,
    paths: Collection[str],
    customers: Collection[str] | None,
    legal_entities: Collection[str] | None,
) -> None:
    """Make the stored dates at these paths those of the records; None stands for all records.

    It cannot be the first statement of the transaction.
    """
    for ids, is_company in ((customers, False), (legal_entities, True)):
        asked = sorted(path for path in paths if path.startswith(LEGAL_ENTITY_PREFIX) is is_company)
        if ids is None or ids:
            storing = _kept(transaction, tuple(asked), is_company=is_company, of_keys=ids is not None)
            values: dict[str, Any] = {"tenant": tenant, KEYS: sorted(ids or ())}
            if storing.statements:
                await transaction.run([(one, [values]) for one in storing.statements])


def _kept(transaction: Transaction, paths: tuple[str, ...], *, is_company: bool, of_keys: bool) -> _Storing:
    dialect = transaction.dialect

    def build() -> _Storing:
        statements: list[Any] = []
        if of_keys:
            owner = customer_date.c.legal_entity_id if is_company else customer_date.c.customer_id
            other = customer_date.c.customer_id if is_company else customer_date.c.legal_entity_id
            of_records = (
                customer_date.c.tenant == TENANT,
                is_one_of(owner, dialect),
                other == NO_LEGAL_ENTITY,
            )
            statements.append(customer_date.delete().where(*of_records))
        if paths:
            statements.append(_insert(_rows(paths, dialect, is_company=is_company, of_keys=of_keys), dialect))
        return _Storing([transaction.prepare_write(one) for one in statements])

    kept: _Storing = STATEMENTS.get(("dates", paths, is_company, of_keys, dialect), build)
    return kept


async def forget_dates(transaction: Transaction, tenant: str, paths: Collection[str]) -> None:
    """Delete the dates at paths that no rule looks at any more."""
    if paths:
        await transaction.write(
            customer_date.delete().where(
                customer_date.c.tenant == tenant, customer_date.c.path.in_(sorted(paths))
            )
        )


def _insert(rows: Any, dialect: str) -> Executable:
    statement: Executable = (
        _INSERT[dialect](customer_date).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    )
    return statement


def _rows(paths: Sequence[str], dialect: str, *, is_company: bool, of_keys: bool) -> Any:
    """The dates of customers, or of legal entities, at some paths."""
    table = legal_entity if is_company else customer
    empty: ColumnElement[str] = literal("", PlainText)
    statements: list[Select[Any]] = []
    for path in paths:
        names = tuple(path.removeprefix(LEGAL_ENTITY_PREFIX).split("."))[1:]
        each = dialect_named(dialect).each_instant(table.c.mixins, names)
        ids = (empty, table.c.id) if is_company else (table.c.id, empty)
        columns = TENANT.label("tenant"), literal(path, PlainText), each.instant.label("at"), *ids
        rows: Select[Any] = select(*columns).select_from(table)  # before what is made of its columns
        statement = rows.where(table.c.tenant == TENANT, *each.where, each.instant.is_not(None))
        if of_keys:
            statement = statement.where(is_one_of(table.c.id, dialect))
        statements.append(statement)
    return union_all(*statements) if len(statements) > 1 else statements[0]

"""The instants in mixins that rules compare with now, in a table where a range of time is found."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Select, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.session import Transaction
from models.filter.dialects import dialect_named
from models.sql.keys import KEYS, is_one_of
from models.tables.columns import PlainText
from models.tables.reference import customer, legal_entity
from models.tables.rule import customer_date
from resolvers.access import TENANT

LEGAL_ENTITY_PREFIX: Final = "legalEntity."
_COLUMNS: Final = ("tenant", "path", "at", "customer_id", "legal_entity_id")
_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


async def store_dates(
    transaction: Transaction,
    tenant: str,
    paths: Collection[str],
    customers: Collection[str] | None,
    legal_entities: Collection[str] | None,
) -> None:
    """Make the stored dates at these paths those of the records; None stands for all records."""
    dialect = transaction.dialect
    for ids, is_company in ((customers, False), (legal_entities, True)):
        asked = sorted(path for path in paths if path.startswith(LEGAL_ENTITY_PREFIX) is is_company)
        if ids is not None and not ids:
            continue
        owner = customer_date.c.legal_entity_id if is_company else customer_date.c.customer_id
        others = customer_date.c.customer_id if is_company else customer_date.c.legal_entity_id
        parameters: dict[str, Any] = {"tenant": tenant}
        if ids is not None:
            parameters[KEYS] = sorted(ids)
            stored = [customer_date.c.tenant == TENANT, is_one_of(owner, dialect), others == ""]
            await transaction.write(customer_date.delete().where(*stored), [parameters])
        if asked:
            rows = _rows(asked, dialect, is_company=is_company, of_keys=ids is not None)
            await transaction.write(_insert(rows, dialect), [parameters])


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

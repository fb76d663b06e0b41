"""Rows to put questions to, and a way to put them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, select

from models.connection.database import Database
from models.connection.session import Transaction
from models.filter.catalogue import Catalogue, from_clause
from models.filter.compile import compile_condition
from models.filter.tree import Condition
from tests.models.filter.evaluate import NOW

NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
ASSIGNED = {"mixins": {}, "mixin_schemas": {}, "version": 1, "created_at": NEW_YEAR, "modified_at": NEW_YEAR}
SEGMENT = {
    **ASSIGNED,
    "name": {"en": "Segment"},
    "description": {},
    "valid_from": None,
    "valid_to": None,
    "status": "ACTIVE",
    "site_code": "main",
}


async def store(database: Database, tenant: str, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all of which have the same columns."""

    async def work(transaction: Transaction) -> None:
        await transaction.write(table.insert(), [{"tenant": tenant, **row} for row in rows])

    await database.write(work)


async def keys_where(
    database: Database,
    tenant: str,
    catalogue: Catalogue,
    condition: Condition | None,
    values: Mapping[str, Any] | None = None,
    *,
    now: datetime = NOW,
) -> list[str]:
    """The keys of the matching rows, each joined by `/`, sorted; `values` for a condition's parameters."""
    keys = [catalogue.resolve(path).field.column for path in catalogue.keys]
    statement = select(*keys).where(catalogue.base.c.tenant == tenant)
    tables: frozenset[Table] = frozenset()
    if condition is not None:
        compiled = compile_condition(condition, catalogue, database.engine.dialect.name)
        statement, tables = statement.where(compiled.clause), compiled.tables
        values = {**{name: one.at(now) for name, one in compiled.moments.items()}, **(values or {})}
    async with database.read() as snapshot:
        rows = await snapshot.rows(statement.select_from(from_clause(catalogue, tables)), values)
    return sorted("/".join(row.values()) for row in rows)

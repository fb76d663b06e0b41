"""Counts of a shop's records."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table, func, select

from models.connection.database import Database
from models.connection.kept_statement import KeptStatement
from models.sql.prepared import Query
from models.tables.reference import category, customer, product
from models.tables.segment import segment
from resolvers.access import TENANT

COUNTED: Final[Mapping[str, Table]] = {
    "segments": segment,
    "customers": customer,
    "products": product,
    "categories": category,
}


async def counts_of_shop(database: Database, tenant: str) -> dict[str, int]:
    """Count the rows of a tenant by kind.

    The keys are names of kinds in the plural. It counts all of them, so it is for a small shop. Raises
    DatabaseUnavailable.
    """
    async with database.read(single=True) as snapshot:
        [row] = await snapshot.rows(_COUNTS.on(snapshot), {"tenant": tenant})
        return {name: row[name] for name in COUNTED}


def _counts(_dialect: str) -> Query:
    return select(
        *(
            select(func.count())
            .select_from(table)
            .where(table.c.tenant == TENANT)
            .scalar_subquery()
            .label(name)
            for name, table in COUNTED.items()
        )
    )


_COUNTS: Final = KeptStatement(_counts)

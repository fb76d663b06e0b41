"""Reading a list page by page, as a client does."""

from typing import Any

from sqlalchemy import select

from models.connection.database import Database
from models.filter.catalogue import Catalogue, from_clause
from models.sql.cursor import LONGEST_CURSOR, decode_cursor, encode_cursor
from models.sql.keyset import beyond, held_of, named_values
from models.sql.ordering import Languages, order_terms, parse_sort

BINDING = "list"
ENGLISH = Languages(("en",))


async def walk(
    database: Database,
    tenant: str,
    catalogue: Catalogue,
    sort: str,
    *,
    languages: Languages = ENGLISH,
    page_size: int = 100,
    backwards: bool = False,
) -> list[str]:
    """The keys of all rows, in the order in which their pages show them."""
    ordering = order_terms(parse_sort(sort), catalogue, database.engine.dialect.name, languages.shape)
    keys = [catalogue.resolve(path).field.column for path in catalogue.keys]
    key_columns = ordering.key_columns()
    statement = (
        select(*keys, *key_columns)
        .select_from(from_clause(catalogue, ordering.tables))
        .where(catalogue.base.c.tenant == tenant)
    )
    ordered = statement.order_by(*ordering.order_by(backwards=backwards)).limit(page_size)
    seen: list[str] = []
    page, parameters = ordered, dict[str, Any]()
    async with database.read() as snapshot:
        while rows := await snapshot.rows(page, {**languages.values, **parameters}):
            seen += ["/".join(str(row[column.name]) for column in keys) for row in rows]
            cursor = encode_cursor(BINDING, [rows[-1][column.name] for column in key_columns], ordering)
            assert len(cursor) <= LONGEST_CURSOR
            values = decode_cursor(cursor, BINDING, ordering)
            after = beyond(statement, ordering, "after", held_of(values), backwards=backwards)
            page, parameters = ordered.where(after), named_values("after", values)
    return seen

"""Reads a tenant's rows of a table page by page."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, literal, select, tuple_

from models.connection.session import Session


async def key_pages(
    session: Session,
    table: Table,
    tenant: str,
    size: int,
    *,
    key: Sequence[Column[object]],
    columns: Sequence[Column[object]],
) -> AsyncIterator[Sequence[Any]]:
    """Yield pages of at most `size` rows by column, in key order.

    `key` identifies a row within the tenant, and is among the selected `columns`.
    """
    after: list[ColumnElement[object]] | None = None
    while True:
        following = [] if after is None else [tuple_(*key) > tuple_(*after)]
        page = select(*columns).where(table.c.tenant == tenant, *following).order_by(*key).limit(size)
        rows = await session.rows(page)
        if not rows:
            return
        yield rows
        after = [literal(rows[-1][column.name], column.type) for column in key]

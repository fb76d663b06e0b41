"""One connection, used by one request: a read snapshot or a write transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

Parameters: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Mapping[str, Any]
"""A row as a read-only map from column to value: the least that every driver can give."""


class Snapshot:
    """Everything read through it is as of one instant.

    GraphQL resolves sibling fields concurrently, but a connection answers one statement
    at a time, so statements queue here. `statements` counts them, for logs and tests.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self.statements = 0

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    async def rows(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row]:
        """Every row of the statement's answer."""
        # A field that fails cancels its siblings, and a cancelled statement would break the connection.
        return await asyncio.shield(self._rows(statement, parameters))

    async def _rows(self, statement: Executable, parameters: Parameters | None) -> Sequence[Row]:
        async with self._turn:
            self.statements += 1
            result = await self._connection.execute(statement, parameters)
            rows: Sequence[Any] = result.mappings().all()
            return rows

    async def settled(self) -> None:
        """Wait until the statements that are under way have ended."""
        async with self._turn:
            return

    async def row(self, statement: Executable, parameters: Parameters | None = None) -> Row | None:
        """The first row, or None where there is none."""
        rows = await self.rows(statement, parameters)
        return rows[0] if rows else None

    async def value(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """The one column of the first row, or None where there is none."""
        row = await self.row(statement, parameters)
        return None if row is None else next(iter(row.values()))


class Transaction(Snapshot):
    """Reads and writes that happen together or not at all; the door commits, never a resolver."""

    async def write(self, statement: Executable, rows: Sequence[Parameters] | None = None) -> None:
        """Run an INSERT, UPDATE or DELETE, once for each row of parameters where rows are given."""
        if rows is not None and not rows:
            return
        async with self._turn:
            self.statements += 1
            await self._connection.execute(statement, rows)

"""DataLoaders: one statement for all rows of one level."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from models.sql.prepared import Row
from resolvers.access import Reader
from resolvers.reading.page import Page
from schema.vocabulary.node import NODE_TYPES
from schema.vocabulary.relation import ListRequest, ToFew, ToMany, ToOne, linked_row

AnyValue = TypeVar("AnyValue")
OpenReader: TypeAlias = Callable[[], Awaitable[Reader]]
ColumnsOf: TypeAlias = Callable[[str], Collection[str]]
"""The columns that an operation reads of a type, by the type's name; none means all."""


class Loaders:
    """The DataLoaders of one operation.

    A list's request is part of the key of its loader.
    """

    def __init__(self, open_reader: OpenReader, columns_of: ColumnsOf) -> None:
        self._open_reader = open_reader
        self._columns_of = columns_of
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def forget(self) -> None:
        """Clear the loaders after a write."""
        self._loaders.clear()

    async def node(self, relation: ToOne, row: Row) -> Any:
        """The object linked by this row, or None."""
        key = relation.key(row)
        if key is None:
            return None
        node = relation.node(row)
        columns = frozenset(self._columns_of(node))

        async def load(keys: list[Any]) -> Sequence[Row | None]:
            rows = await relation.batch(await self._open_reader(), keys, columns=columns)
            return [rows.get(key) for key in keys]

        linked = linked_row(relation, row, await self._loaded((relation, columns), load, key))
        return None if linked is None else NODE_TYPES[node](row=linked)

    async def value(
        self, batch: Callable[[Reader, list[Any]], Awaitable[Mapping[Any, AnyValue]]], key: Any
    ) -> AnyValue | None:
        """The value of a batch function for a key, or None."""

        async def load(keys: list[Any]) -> Sequence[AnyValue | None]:
            values = await batch(await self._open_reader(), keys)
            return [values.get(key) for key in keys]

        value: AnyValue | None = await self._loaded(batch, load, key)
        return value

    async def rows(self, relation: ToFew, row: Row) -> Sequence[Row]:
        """All rows linked by this row."""

        async def load(keys: list[str]) -> Sequence[Sequence[Row]]:
            return await relation.rows(await self._open_reader(), keys, self._columns_of(relation.node))

        linked: Sequence[Row] = await self._loaded(relation, load, relation.key(row))
        return linked

    async def page(self, relation: ToMany, row: Row, request: ListRequest) -> Page:
        """The page of rows linked by this row."""

        async def load(keys: list[str]) -> Sequence[Page]:
            pages = await relation.pages(await self._open_reader(), keys, request)
            return [pages[key] for key in keys]

        page: Page = await self._loaded((relation, "page", request), load, row["id"])
        return page

    async def total(self, relation: ToMany, row: Row, request: ListRequest) -> int:
        """The number of rows linked by this row."""

        async def load(keys: list[str]) -> Sequence[int]:
            totals = await relation.totals(await self._open_reader(), keys, request)
            return [totals[key] for key in keys]

        total: int = await self._loaded((relation, "total", request), load, row["id"])
        return total

    async def _loaded(
        self, identity: Hashable, load: Callable[[list[Any]], Awaitable[Sequence[Any]]], key: Any
    ) -> Any:
        """A loader's value for a key.

        Cancelling one field does not end the wait of other fields.
        """
        loader = self._loaders.get(identity)
        if loader is None:
            loader = self._loaders[identity] = DataLoader(load)
        return await asyncio.shield(loader.load(key))

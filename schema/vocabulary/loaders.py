"""DataLoaders: one statement for what the rows of one level ask for."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from models.sql.prepared import Row
from resolvers.access import Reader
from resolvers.reading.page import Page
from schema.vocabulary.node import NODE_TYPES
from schema.vocabulary.relation import Asked, ToFew, ToMany, ToOne

AnyValue = TypeVar("AnyValue")
OpenReader: TypeAlias = Callable[[], Awaitable[Reader]]


class Loaders:
    """The DataLoaders of one operation. What was asked of a list is part of what identifies a loader."""

    def __init__(self, open_reader: OpenReader) -> None:
        self._open_reader = open_reader
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def forget(self) -> None:
        """Start afresh: something was written."""
        self._loaders.clear()

    async def node(self, relation: ToOne, row: Row) -> Any:
        """The object that this row links to, or None."""
        key = relation.key(row)
        if key is None:
            return None

        async def load(keys: list[Any]) -> Sequence[Row | None]:
            found = await relation.batch(await self._open_reader(), keys)
            return [found.get(key) for key in keys]

        linked: Row | None = await self._loaded(relation, load, key)
        if linked is None and (made_up := relation.unknown or relation.withheld):
            linked = made_up(row)
        return None if linked is None else NODE_TYPES[relation.node(row)](row=linked)

    async def value(
        self, batch: Callable[[Reader, list[Any]], Awaitable[Mapping[Any, AnyValue]]], key: Any
    ) -> AnyValue | None:
        """What a batch function finds for a key, or None."""

        async def load(keys: list[Any]) -> Sequence[AnyValue | None]:
            found = await batch(await self._open_reader(), keys)
            return [found.get(key) for key in keys]

        value: AnyValue | None = await self._loaded(batch, load, key)
        return value

    async def rows(self, relation: ToFew, row: Row) -> Sequence[Row]:
        """All the rows that this one links to."""

        async def load(keys: list[str]) -> Sequence[Sequence[Row]]:
            found = await relation.batch(await self._open_reader(), keys)
            return [found.get(key, ()) for key in keys]

        linked: Sequence[Row] = await self._loaded(relation, load, relation.key(row))
        return linked

    async def page(self, relation: ToMany, row: Row, asked: Asked) -> Page:
        """The page of rows that this one links to."""

        async def load(keys: list[str]) -> Sequence[Page]:
            children = relation.children(await self._open_reader(), **dict(asked.chosen))
            pages = await children.pages(keys, asked.query)
            return [pages[key] for key in keys]

        page: Page = await self._loaded((relation, "page", asked), load, relation.key(row))
        return page

    async def total(self, relation: ToMany, row: Row, asked: Asked) -> int:
        """How many rows this one links to."""

        async def load(keys: list[str]) -> Sequence[int]:
            children = relation.children(await self._open_reader(), **dict(asked.chosen))
            totals = await children.totals(keys, asked.query)
            return [totals[key] for key in keys]

        total: int = await self._loaded((relation, "total", asked), load, relation.key(row))
        return total

    async def _loaded(
        self, identity: Hashable, load: Callable[[list[Any]], Awaitable[Sequence[Any]]], key: Any
    ) -> Any:
        """What a loader has for a key. A field that is given up does not end the wait of other fields."""
        loader = self._loaders.get(identity)
        if loader is None:
            loader = self._loaders[identity] = DataLoader(load)
        return await asyncio.shield(loader.load(key))

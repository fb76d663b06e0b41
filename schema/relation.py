"""Links between types, each declared once with the batch function that follows it for many rows.

Both ways of executing a query read the declaration: the DataLoaders here collect the rows of
one level, and a compiled plan passes the rows it has.
"""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from strawberry.dataloader import DataLoader

from models.session import Row
from resolvers.access import Reader
from resolvers.listing import ChildList
from resolvers.page import ListQuery, Page
from schema.node import NODE_TYPES

Arguments: TypeAlias = tuple[tuple[str, Any], ...]
"""Arguments of a relation that its list depends on, as (name, value) pairs."""
OpenReader: TypeAlias = Callable[[], Awaitable[Reader]]


@dataclass(frozen=True, slots=True, eq=False)
class ToOne:
    """A link to at most one row of the type named `node`; `key` is None where a row has no such link."""

    node: str
    key: Callable[[Row], Any]
    batch: Callable[[Reader, Collection[Any]], Awaitable[Mapping[Any, Row]]]


@dataclass(frozen=True, slots=True, eq=False)
class ToFew:
    """A link to all rows of a short, bounded list."""

    node: str
    key: Callable[[Row], str]
    batch: Callable[[Reader, Collection[str]], Awaitable[Mapping[str, Sequence[Row]]]]


@dataclass(frozen=True, slots=True, eq=False)
class ToMany:
    """A link to a list of rows of the type named `node`; `children` takes the arguments by name."""

    node: str
    key: Callable[[Row], str]
    children: Callable[..., ChildList]


class Loaders:
    """The DataLoaders of one operation. What was asked of a list is part of what identifies a loader."""

    def __init__(self, open_reader: OpenReader) -> None:
        self._open_reader = open_reader
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def forget(self) -> None:
        """Start afresh: something was written."""
        self._loaders.clear()

    async def row(self, relation: ToOne, row: Row) -> Row | None:
        """The row that this one links to, or None."""
        key = relation.key(row)
        if key is None:
            return None

        async def load(keys: list[Any]) -> Sequence[Row | None]:
            found = await relation.batch(await self._open_reader(), keys)
            return [found.get(key) for key in keys]

        linked: Row | None = await self._loader(relation, load).load(key)
        return linked

    async def node(self, relation: ToOne, row: Row) -> Any:
        """The object that this row links to, or None."""
        linked = await self.row(relation, row)
        return None if linked is None else NODE_TYPES[relation.node](row=linked)

    async def rows(self, relation: ToFew, row: Row) -> Sequence[Row]:
        """All the rows that this one links to."""

        async def load(keys: list[str]) -> Sequence[Sequence[Row]]:
            found = await relation.batch(await self._open_reader(), keys)
            return [found.get(key, ()) for key in keys]

        linked: Sequence[Row] = await self._loader(relation, load).load(relation.key(row))
        return linked

    async def page(self, relation: ToMany, row: Row, query: ListQuery, arguments: Arguments = ()) -> Page:
        """The page of rows that this one links to."""

        async def load(keys: list[str]) -> Sequence[Page]:
            children = relation.children(await self._open_reader(), **dict(arguments))
            pages = await children.pages(keys, query)
            return [pages[key] for key in keys]

        page: Page = await self._loader((relation, "page", query, arguments), load).load(relation.key(row))
        return page

    async def total(self, relation: ToMany, row: Row, query: ListQuery, arguments: Arguments = ()) -> int:
        """How many rows this one links to."""

        async def load(keys: list[str]) -> Sequence[int]:
            children = relation.children(await self._open_reader(), **dict(arguments))
            totals = await children.totals(keys, query)
            return [totals[key] for key in keys]

        total: int = await self._loader((relation, "total", query, arguments), load).load(relation.key(row))
        return total

    def _loader(
        self, identity: Hashable, load: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> DataLoader[Any, Any]:
        loader = self._loaders.get(identity)
        if loader is None:
            loader = self._loaders[identity] = DataLoader(load)
        return loader

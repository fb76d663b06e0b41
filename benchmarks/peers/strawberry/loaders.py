"""DataLoaders of one request: one statement for each relation, whatever the number of parents."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import entities as e
from sqlalchemy import Text, func, literal, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.dataloader import DataLoader

Entity = TypeVar("Entity", bound=SQLModel)
OpenSession = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Loaders:
    """Each batch opens a session of its own, because siblings are resolved concurrently."""

    def __init__(self, open_session: OpenSession, tenant: str) -> None:
        self._open_session = open_session
        self._tenant = tenant
        self.segments = self._by_id(e.Segment)
        self.customers = self._by_id(e.Customer)
        self.legal_entities = self._by_id(e.LegalEntity)
        self.products = self._by_id(e.Product)
        self.categories = self._by_id(e.Category)
        self.customer_assignments = self._children(e.CustomerAssignment, "customer_id", "legal_entity_id")
        self.item_assignments = self._children(e.ItemAssignment, "type", "item_id")

    def _by_id(self, entity: type[Any]) -> DataLoader[str, Any]:
        async def load(ids: list[str]) -> Sequence[Any]:
            async with self._open_session() as session:
                wanted = select(entity).where(entity.tenant == self._tenant, entity.id.in_(ids))
                known = {row.id: row for row in await session.exec(wanted)}
            return [known.get(row_id) for row_id in ids]

        return DataLoader(load)

    def _children(self, entity: type[Any], *order: str) -> DataLoader[tuple[str, int], Sequence[Any]]:
        """Keys are parent and limit: two aliases may ask for different numbers."""

        async def load(keys: list[tuple[str, int]]) -> Sequence[Sequence[Any]]:
            by_limit: dict[int, list[str]] = defaultdict(list)
            for parent, limit in keys:
                by_limit[limit].append(parent)
            found: dict[tuple[str, int], list[Any]] = defaultdict(list)
            async with self._open_session() as session:
                for limit, parents in by_limit.items():
                    for row in await session.exec(self._first_of_each(entity, parents, limit, order)):
                        found[row.segment_id, limit].append(row)
            return [found[key] for key in keys]

        return DataLoader(load)

    def _first_of_each(self, entity: type[Any], parents: list[str], limit: int, order: Sequence[str]) -> Any:
        parent = func.unnest(literal(parents, ARRAY(Text))).table_valued("id").render_derived()
        few = (
            select(entity)
            .where(entity.tenant == self._tenant, entity.segment_id == parent.c.id)
            .order_by(*(getattr(entity, name) for name in order))
            .limit(limit)
            .lateral()
        )
        return select(aliased(entity, few)).select_from(parent).join(few, true())

"""The shape of a response object, compiled from its selection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from models.sql.prepared import Row
from models.sql.selection import Wanted
from schema.engine.plan.generate import Assemble, Prepare
from schema.engine.plan.link import JoinedLink, OriginLink
from schema.engine.plan.request import PlanRequest
from schema.vocabulary.relation import Origin


class Link(Protocol):
    """A link of a field, followed for all rows of a level."""

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class RowShape:
    """Turns rows into objects: columns, links and an assembling function."""

    columns: frozenset[Wanted]
    links: tuple[Link, ...]
    prepares: tuple[Prepare, ...]
    assemble: Assemble

    @property
    def leads_on(self) -> bool:
        """Whether its links need further statements."""
        return any(not isinstance(link, JoinedLink) for link in self.links)

    def joined(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        """The objects of rows without links to follow."""
        return self.assemble(rows, [prepare(request) for prepare in self.prepares], [])

    async def objects(
        self, rows: Sequence[Row], request: PlanRequest, origins: Sequence[Origin] = ()
    ) -> list[Any]:
        """One object per row, in their order; `origins` are those of rows that come from lists."""
        if not rows:
            return []
        linked = [
            await link.values(rows, request, origins)
            if isinstance(link, OriginLink)
            else await link.values(rows, request)
            for link in self.links
        ]
        return self.assemble(rows, [prepare(request) for prepare in self.prepares], linked)

"""Connections: pages of rows as response objects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from models.sql.prepared import Row
from resolvers.reading.page import ListQuery, Page
from schema.engine.plan.request import PlanRequest
from schema.vocabulary.relation import Origin

if TYPE_CHECKING:
    from schema.engine.plan.shape import RowShape

Nodes = Sequence[list[Any]]
"""For one page: the objects of its rows, once for each distinct selection of nodes."""
Member = Callable[[Page, Nodes, int | None], Any]
EdgeMember = Callable[[Page, Row, Any], Any]


@dataclass(frozen=True, slots=True)
class ConnectionShape:
    """The selected members of a connection and its rows' shapes."""

    members: tuple[tuple[str, Member], ...]
    shapes: tuple["RowShape", ...]
    counts: bool
    cursors: bool

    def narrowed(self, query: ListQuery) -> ListQuery:
        """The query with only the needed columns."""
        columns = frozenset().union(*(shape.columns for shape in self.shapes))
        return replace(query, columns=columns or frozenset({"tenant"}), cursors=self.cursors)

    async def objects(
        self, pages: Sequence[Page], origins: Sequence[Origin], request: PlanRequest
    ) -> list[Nodes]:
        """The objects of each page, made together; each page has the origin of its rows."""
        rows = [row for page in pages for row in page.rows]
        of_rows = [origin for page, origin in zip(pages, origins, strict=True) for _ in page.rows]
        made = [await shape.objects(rows, request, of_rows) for shape in self.shapes]
        parted: list[Nodes] = []
        start = 0
        for page in pages:
            end = start + len(page.rows)
            parted.append([objects[start:end] for objects in made])
            start = end
        return parted

    def connection(self, page: Page, nodes: Nodes, total: int | None) -> dict[str, Any]:
        """The connection's object."""
        return {key: member(page, nodes, total) for key, member in self.members}


def show_nodes(index: int) -> Member:
    """The rows themselves."""
    return lambda _page, nodes, _total: nodes[index]


def show_edges(members: Sequence[tuple[str, EdgeMember]], index: int | None) -> Member:
    """The rows with their cursors; `index` selects their nodes."""

    def show(page: Page, nodes: Nodes, _total: int | None) -> list[dict[str, Any]]:
        objects = page.rows if index is None else nodes[index]
        return [
            {key: member(page, row, node) for key, member in members}
            for row, node in zip(page.rows, objects, strict=True)
        ]

    return show

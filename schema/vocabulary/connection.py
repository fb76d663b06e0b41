"""Relay connections: pages of lists, with cursors."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

import strawberry

from models.sql.prepared import Row
from resolvers.reading.page import Page
from schema.vocabulary.context import Context, Info
from schema.vocabulary.node import NODE_TYPES
from schema.vocabulary.relation import ListRequest, Origin, ToMany, TopList

NodeType = TypeVar("NodeType")


@strawberry.type(description="Whether the list goes on, and where this page stands in it.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="More rows follow this page; with `last`, whether `before` was given."
    )
    has_previous_page: bool = strawberry.field(
        description="More rows precede this page; with `first`, whether `after` was given."
    )
    start_cursor: str | None = strawberry.field(description="The first row's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last row's cursor; null on an empty page.")


@strawberry.type(description="A row of a list and where it stands.")
class Edge(Generic[NodeType]):
    cursor: str = strawberry.field(
        description="Opaque; for `after` and `before` of the same list with the same filter and order."
    )
    node: NodeType = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list. `nodes` is the short way to what `edges` holds.")
class Connection(Generic[NodeType]):
    page: strawberry.Private[Page]
    to_node: strawberry.Private[Callable[[Row], Any]]
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The rows of the page, each with its cursor.")
    def edges(self) -> list[Edge[NodeType]]:
        return [Edge(cursor=self.page.cursor(row), node=self.to_node(row)) for row in self.page.rows]

    @strawberry.field(description="The rows of the page.")
    def nodes(self) -> list[NodeType]:
        return [self.to_node(row) for row in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        return page_info(self.page)

    @strawberry.field(description="Number of rows of the whole list. Counted only if selected.")
    async def total_count(self) -> int:
        return await self.count()


def page_info(page: Page) -> PageInfo:
    """Where a page stands in its list."""
    window = page.window
    from_back = window.from_back
    beyond_start = window.after is not None
    beyond_end = window.before is not None
    return PageInfo(
        has_next_page=beyond_end if from_back else page.has_more,
        has_previous_page=page.has_more if from_back else beyond_start,
        start_cursor=page.cursor(page.rows[0]) if page.rows else None,
        end_cursor=page.cursor(page.rows[-1]) if page.rows else None,
    )


async def connect_children(info: Info, relation: ToMany, row: Row, **arguments: Any) -> Connection[Any]:
    """The page of a parent row, loaded with those of its siblings."""
    loaders = info.context.loaders
    request = relation.request(info.context, await info.context.reading(), arguments)
    narrowed = _narrowed(info.context, relation.node, request)
    return Connection(
        page=await loaders.page(relation, row, narrowed),
        to_node=_to_node(relation.node, Origin(row["id"], dict(request.selection))),
        count=lambda: loaders.total(relation, row, request),
    )


async def connect_rows(info: Info, top: TopList, **arguments: Any) -> Connection[Any]:
    """A page of a top-level list."""
    reader = await info.context.reading()
    request = top.request(info.context, reader, arguments)
    rows = top.rows(reader, **dict(request.selection))
    narrowed = _narrowed(info.context, top.node, request)
    return Connection(
        page=await rows.page(narrowed.query),
        to_node=_to_node(top.node, Origin(None, dict(request.selection))),
        count=lambda: rows.total(request.query),
    )


def _narrowed(context: Context, node: str, request: ListRequest) -> ListRequest:
    """The request, reduced to the columns of the operation."""
    columns = frozenset(context.columns_of(node))
    return replace(request, query=replace(request.query, columns=columns)) if columns else request


def _to_node(name: str, origin: Origin) -> Callable[[Row], Any]:
    node_type = NODE_TYPES[name]
    return lambda row: node_type(row=row, origin=origin)

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any, cast

from resolvers.reading.page import ListQuery, Page, Window
from schema.engine.plan.connection import ConnectionShape, show_edges, show_nodes
from schema.engine.plan.link import OriginLink
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.shape import RowShape
from schema.vocabulary.relation import NO_LIST, OfOrigin, Origin

REQUEST = cast("PlanRequest", None)


def page(*ids: str) -> Page:
    return cast("Page", SimpleNamespace(rows=[{"id": row_id} for row_id in ids]))


def shape(*columns: str) -> RowShape:
    return RowShape(frozenset(columns), (), (), lambda rows, _prepared, _links: [row["id"] for row in rows])


def connection(*shapes: RowShape, **members: Any) -> ConnectionShape:
    return ConnectionShape(tuple(members.items()), shapes, counts=False, cursors=True)


def test_a_page_reads_the_columns_of_its_rows() -> None:
    query = ListQuery(Window(20), cursors=False)
    narrowed = connection(shape("id"), shape("id", "name")).narrowed(query)
    assert narrowed.columns == {"id", "name"}
    assert narrowed.cursors
    assert connection().narrowed(query).columns == {"tenant"}


async def test_rows_of_all_pages_are_made_at_once() -> None:
    pages = [page("a", "b"), page(), page("c")]
    parted = await connection(shape("id")).objects(pages, [NO_LIST] * 3, REQUEST)
    assert parted == [[["a", "b"]], [[]], [["c"]]]


async def test_each_row_has_the_origin_of_its_page() -> None:
    """A batch reads all values once; rows without a key have none."""
    batches = []

    async def batch(_reader: object, keys: Collection[Any]) -> Mapping[Any, str]:
        batches.append(list(keys))
        return {key: "-".join(key) for key in keys if key != ("c", "y")}

    of_list = OfOrigin(lambda _, row, origin: origin.parent and (row["id"], origin.parent), batch)
    link = OriginLink(of_list, lambda value: value)
    rows = RowShape(
        frozenset(), (link, link), (), lambda _rows, _prepared, links: [*zip(*links, strict=True)]
    )
    request = cast(
        "PlanRequest", SimpleNamespace(context=SimpleNamespace(caller=None), reader=None, linked_rows={})
    )
    pages, origins = [page("a", "b"), page("c"), page("d")], [Origin("x", {}), Origin("y", {}), NO_LIST]
    assert await connection(rows).objects(pages, origins, request) == [
        [[("a-x", "a-x"), ("b-x", "b-x")]],
        [[(None, None)]],
        [[(None, None)]],
    ]
    assert batches == [[("a", "x"), ("b", "x"), ("c", "y")]]


def test_members_of_a_connection() -> None:
    shown = connection(
        nodes=show_nodes(0),
        edges=show_edges(
            [("node", lambda _page, _row, node: node), ("id", lambda _p, row, _n: row["id"])], 0
        ),
        count=lambda _page, _nodes, total: total,
    ).connection(page("a"), [["A"]], 7)
    assert shown == {"nodes": ["A"], "edges": [{"node": "A", "id": "a"}], "count": 7}


def test_edges_without_nodes_have_the_rows() -> None:
    assert show_edges([("id", lambda _page, row, _node: row["id"])], None)(page("a", "b"), [], None) == [
        {"id": "a"},
        {"id": "b"},
    ]

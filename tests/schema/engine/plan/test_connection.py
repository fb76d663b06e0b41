from types import SimpleNamespace
from typing import Any, cast

from resolvers.reading.page import ListQuery, Page, Window
from schema.engine.plan.connection import ConnectionShape, show_edges, show_nodes
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.shape import RowShape

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
    parted = await connection(shape("id")).objects([page("a", "b"), page(), page("c")], REQUEST)
    assert parted == [[["a", "b"]], [[]], [["c"]]]


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

from types import SimpleNamespace
from typing import Any, cast

import pytest

from resolvers.reading.page import Page, Window
from schema.vocabulary.connection import Connection, PageInfo, page_info


def page(window: Window, *ids: str, has_more: bool = False) -> Page:
    rows = [{"id": row_id} for row_id in ids]
    return cast(
        "Page",
        SimpleNamespace(
            window=window, rows=rows, has_more=has_more, cursor=lambda row: f"cursor of {row['id']}"
        ),
    )


@pytest.mark.parametrize(
    ("window", "has_more", "has_next", "has_previous"),
    [
        (Window(2), False, False, False),
        (Window(2), True, True, False),
        (Window(2, after="c"), False, False, True),
        (Window(2, from_back=True), True, False, True),
        (Window(2, before="c", from_back=True), False, True, False),
    ],
)
def test_neighbours_of_a_page(window: Window, *, has_more: bool, has_next: bool, has_previous: bool) -> None:
    assert page_info(page(window, "a", "b", has_more=has_more)) == PageInfo(
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor="cursor of a",
        end_cursor="cursor of b",
    )


def test_an_empty_page_has_no_cursors() -> None:
    info = page_info(page(Window(2)))
    assert (info.start_cursor, info.end_cursor) == (None, None)


async def test_a_connection_makes_nodes_and_counts_on_demand() -> None:
    counts: list[int] = []

    async def count() -> int:
        counts.append(7)
        return 7

    connection: Any = Connection(
        page=page(Window(2), "a", "b"), to_node=lambda row: row["id"].upper(), count=count
    )
    assert connection.nodes() == ["A", "B"]
    assert [(edge.cursor, edge.node) for edge in connection.edges()] == [
        ("cursor of a", "A"),
        ("cursor of b", "B"),
    ]
    assert counts == []
    assert await connection.total_count() == 7

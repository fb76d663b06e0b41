from typing import Any

import pytest

from models.sql.ordering import Languages, Order, order_terms
from models.sql.selection import Join, Joined, Wanted
from models.tables.reference import customer, legal_entity
from resolvers.errors import InvalidArgument
from resolvers.reading.page import Window
from resolvers.reading.window import Frame, clock_of_window, framed
from resolvers.segment.members import SEGMENTS
from resolvers.values.identity import ListIdentity

IDENTITY = ListIdentity("segments", "shop", None, (), None)
ORDERING = order_terms((Order(("siteCode",), descending=False),), SEGMENTS, "sqlite", Languages().shape)


def test_a_window_by_number() -> None:
    frame, values = framed(Window(20, offset=40), IDENTITY, ORDERING)
    assert frame == Frame(by_offset=True)
    assert values == {"limit": 20, "offset": 40}


def test_a_window_by_cursor_reads_one_row_more() -> None:
    frame, values = framed(Window(20, from_back=True), IDENTITY, ORDERING, cursors=True)
    assert frame == Frame(from_back=True, cursors=True)
    assert values == {"limit": 21}


@pytest.mark.parametrize("name", ["after", "before"])
def test_other_text_is_no_cursor(name: str) -> None:
    arguments: dict[str, Any] = {name: "garbage"}
    for attempt in (
        lambda: framed(Window(20, **arguments), IDENTITY, ORDERING),
        lambda: clock_of_window(Window(20, **arguments)),
    ):
        with pytest.raises(InvalidArgument) as refusal:
            attempt()
        assert refusal.value.path == (name,)


def test_joined_columns_are_apart_and_in_order() -> None:
    companies, customers = Join(legal_entity, "legal_entity_id"), Join(customer, "customer_id")
    columns: frozenset[Wanted] = frozenset(
        {"id", Joined(companies, "name"), Joined(customers, "email"), Joined(customers, "id")}
    )
    frame = Frame(columns=columns)
    assert [join.table.name for join in frame.joins] == ["customer", "legal_entity"]
    assert [column.key for column in frame.joined_columns("sqlite")] == [
        "customer: email",
        "customer: id",
        "legal_entity: name",
    ]
    assert frame.without_joined().columns == {"id"}


def test_a_window_without_a_cursor_has_no_clock() -> None:
    assert clock_of_window(Window(20)) is None

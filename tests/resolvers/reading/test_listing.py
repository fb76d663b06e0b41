"""The children of many parents at once are the children of each parent alone."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.connection.database import Database
from models.sql.ordering import Order
from resolvers.access import Reader
from resolvers.customer_assignment import customer_assignments_of_segments
from resolvers.item_assignment import item_assignments_of_segments
from resolvers.reading.listing import ChildList, parse_filter
from resolvers.reading.page import ListQuery, Window
from resolvers.segment.read import segments_of_customers
from tests.factories.documents import category, customer, legal_entity, product, segment
from tests.factories.examples import with_database
from tests.factories.shop import Shop

Children: TypeAlias = Callable[[Reader], ChildList]

SEGMENTS = [f"s{number}" for number in range(4)]
CUSTOMERS = [f"c{number}" for number in range(5)]
LEGAL_ENTITIES = ["", "le1", "le2"]
ITEMS = [f"i{number}" for number in range(4)]

LISTS: dict[str, tuple[Children, list[str], list[str], list[str | None]]] = {
    "customers of segments": (
        customer_assignments_of_segments,
        [*SEGMENTS, "none"],
        ["customer.firstName", "customer.email", "legalEntity.name", "legalEntity.id", "metadata.version"],
        [None, "customer.firstName:exists", "legalEntity.id:null", "metadata.version:>1"],
    ),
    "items of segments": (
        item_assignments_of_segments,
        [*SEGMENTS, "none"],
        ["item.name", "item.code", "type", "item.id", "metadata.createdAt"],
        [None, "item.code:exists", "type:PRODUCT", "mixins.m.a:1"],
    ),
    "products of segments": (
        lambda reader: item_assignments_of_segments(reader, item_type="PRODUCT", legal_entity_id="le1"),
        [*SEGMENTS, "none"],
        ["item.name", "item.name.de"],
        [None, "item.name:missing"],
    ),
    "segments of customers": (
        segments_of_customers,
        [*CUSTOMERS, "none"],
        ["name", "name.de", "siteCode", "validity.to"],
        [None, "name.de:exists", "siteCode:a"],
    ),
    "segments of customers for a legal entity": (
        lambda reader: segments_of_customers(reader, legal_entity_id="le1", only_active=False),
        [*CUSTOMERS, "none"],
        ["status", "validity.to", "mixins.m.a"],
        [None, "status:INACTIVE"],
    ),
}

segments = st.fixed_dictionaries(
    {"status": st.sampled_from(["ACTIVE", "ACTIVE", "INACTIVE"]), "siteCode": st.sampled_from("ab")},
    optional={
        "name": st.sampled_from([{"en": "A"}, {"de": "B"}, {"en": "A", "de": "A"}]),
        "validity": st.just({"to": "2999-01-01T00:00:00Z"}),
        "mixins": st.just({"m": {"a": 1}}),
    },
)
customer_rows = st.tuples(*map(st.sampled_from, (SEGMENTS, CUSTOMERS, LEGAL_ENTITIES)))
item_rows = st.tuples(*map(st.sampled_from, (SEGMENTS, ["PRODUCT", "CATEGORY"], ITEMS)))


async def fill(shop: Shop, data: st.DataObject) -> None:
    """A random shop; a few of its customers and items are known."""
    await shop.known_legal_entities(legal_entity("le1"))
    await shop.known_customers(
        customer("c0", legalEntityIds=["le1", "le2"]), customer("c1", legalEntityIds=["le1"])
    )
    await shop.known_products(product("i0"), product("i1", name={"de": "I"}, code=None))
    await shop.known_categories(category("i1"), category("i2"))
    await shop.segments(*(segment(one, **data.draw(segments)) for one in SEGMENTS))
    rows = data.draw(st.lists(customer_rows, max_size=30, unique=True))
    await shop.customers(*((one, customer_, le) if le else (one, customer_) for one, customer_, le in rows))
    await shop.customers(*((one, customer_) for one, customer_, le in rows[:3] if not le))
    await shop.items(*data.draw(st.lists(item_rows, max_size=20, unique=True)))


async def walked(
    children: ChildList,
    parents: list[str],
    orders: tuple[Order, ...],
    q: str | None,
    size: int,
    *,
    back: bool,
) -> dict[str, list[str]]:
    """The cursors of each parent's rows in list order, read page by page."""
    walked_: dict[str, list[str]] = {}
    for parent in parents:
        cursors: list[str] = []
        cursor: str | None = None
        while True:
            window = Window(size, before=cursor, from_back=True) if back else Window(size, after=cursor)
            page = await children.of(parent).page(ListQuery(window, parse_filter(q), orders))
            found = [page.cursor(row) for row in page.rows]
            cursors = found + cursors if back else cursors + found
            if not page.has_more:
                break
            cursor = found[0] if back else found[-1]
        walked_[parent] = cursors
    return walked_


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@with_database
@given(data=st.data())
async def test_pages_of_many_parents_are_those_of_each_alone(
    database: Database, name: str, data: st.DataObject
) -> None:
    shop = Shop(database, uuid4().hex)
    await fill(shop, data)
    make, parents, fields, filters = LISTS[name]
    chosen = data.draw(st.lists(st.sampled_from(parents), min_size=2, unique=True), label="parents")
    orders = tuple(
        Order(tuple(field.split(".")), descending)
        for field, descending in data.draw(
            st.lists(st.tuples(st.sampled_from(fields), st.booleans()), max_size=2), label="orders"
        )
    )
    q = data.draw(st.sampled_from(filters), label="q")
    caller = data.draw(
        st.sampled_from(
            [shop.caller("R"), shop.caller("O", "c0"), shop.caller("O", "c0", "le2"), shop.caller("O", "c2")]
        ),
        label="caller",
    )

    async def compare(reader: Reader) -> None:
        children = make(reader)
        whole = await walked(children, chosen, orders, q, 100, back=False)
        size = data.draw(st.integers(1, 7), label="size")
        back = data.draw(st.booleans(), label="read backwards")
        assert await walked(children, chosen, orders, q, size, back=back) == whole
        assert all(len(set(cursors)) == len(cursors) for cursors in whole.values())
        totals = await children.totals(chosen, ListQuery(Window(0), parse_filter(q)))
        assert totals == {parent: len(cursors) for parent, cursors in whole.items()}

        cursors = [cursor for some in whole.values() for cursor in some]
        some_cursor = st.none() | st.sampled_from(cursors) if cursors else st.none()
        window = Window(
            data.draw(st.integers(0, 7), label="limit"),
            after=data.draw(some_cursor, label="after"),
            before=data.draw(some_cursor, label="before"),
            from_back=data.draw(st.booleans(), label="from back"),
        )
        query = ListQuery(window, parse_filter(q), orders)
        together = await children.pages(chosen, query)
        assert list(together) == chosen
        for parent in chosen:
            alone = await children.of(parent).page(query)
            assert [together[parent].cursor(row) for row in together[parent].rows] == [
                alone.cursor(row) for row in alone.rows
            ]
            assert together[parent].has_more == alone.has_more

    await shop.read(compare, caller)


async def test_only_the_columns_asked_for_are_read_with_what_identifies_a_row(shop: Shop) -> None:
    await shop.segments(segment("a"), segment("b"))
    await shop.customers(("a", "anna"), ("b", "anna"))
    query = ListQuery(Window(5), columns=frozenset({"version"}))

    async def columns(reader: Reader, parents: list[str]) -> list[set[str]]:
        pages = await customer_assignments_of_segments(reader).pages(parents, query)
        return [set(row.keys()) - {"parent_key"} for page in pages.values() for row in page.rows]

    expected = {"segment_id", "customer_id", "legal_entity_id", "version", "key_0", "key_1"}
    assert await shop.read(lambda reader: columns(reader, ["a"])) == [expected]
    assert await shop.read(lambda reader: columns(reader, ["a", "b"])) == [expected, expected]

from functools import partial
from typing import Any

import pytest

from models.connection.database import Database
from models.filter.errors import FilterError
from models.sql.ordering import Languages, Order, order_terms, parse_sort
from models.tables.reference import customer
from models.tables.segment import segment
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS, ITEM_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS
from tests.models.filter.shop import SEGMENT, store
from tests.models.listing import walk

ENGLISH = Languages(("en",)).shape


@pytest.mark.parametrize(
    ("sort", "orders"),
    [
        (None, ()),
        ("", ()),
        ("  ", ()),
        ("id", (Order(("id",)),)),
        ("name.en:desc", (Order(("name", "en"), descending=True),)),
        ("status:DESC, id:asc", (Order(("status",), descending=True), Order(("id",)))),
        ("id:down,_id:descending", (Order(("id",)), Order(("_id",)))),
    ],
)
def test_a_sort_becomes_orders(sort: str | None, orders: tuple[Order, ...]) -> None:
    assert parse_sort(sort) == orders


@pytest.mark.parametrize("sort", [",", "id,", ":desc", "a..b", "id,,name", "x" * 2001])
def test_a_sort_with_an_empty_part_is_refused(sort: str) -> None:
    with pytest.raises(FilterError):
        parse_sort(sort)


@pytest.mark.parametrize(
    ("sort", "message"),
    [
        ("nosuch", "There is no field 'nosuch' in segments."),
        ("mixins", "mixins holds many values: name the one to sort by, as in mixins.loyalty.points."),
        ("id," * 10 + "id", "A list can be sorted by at most 10 fields."),
        ("mixins.\x00", "The character U+0000 is not allowed."),
    ],
)
def test_what_cannot_be_sorted_by_is_refused(sort: str, message: str) -> None:
    with pytest.raises(FilterError) as refusal:
        order_terms(parse_sort(sort), SEGMENTS, "sqlite", ENGLISH)
    assert refusal.value.message.startswith(message)


@pytest.mark.parametrize(
    ("catalogue", "sort", "sql"),
    [
        (SEGMENTS, "", ["segment.id ASC"]),
        (SEGMENTS, "_id:desc", ["segment.id DESC"]),
        (SEGMENTS, "status,status:desc", ["segment.status ASC", "segment.id ASC"]),
        (
            CUSTOMER_ASSIGNMENTS,
            "customer.email:desc",
            [
                "customer.email DESC NULLS LAST",
                "customer_assignment.customer_id ASC",
                "customer_assignment.legal_entity_id ASC",
            ],
        ),
        (
            ITEM_ASSIGNMENTS,
            "type:desc",
            ["item_assignment.type DESC", "item_assignment.segment_id ASC", "item_assignment.item_id ASC"],
        ),
    ],
)
def test_the_keys_of_the_noun_come_last(catalogue: Any, sort: str, sql: list[str]) -> None:
    ordering = order_terms(parse_sort(sort), catalogue, "sqlite", ENGLISH)
    assert [str(term) for term in ordering.order_by()] == sql


def test_backwards_turns_every_term() -> None:
    ordering = order_terms(parse_sort("validity.to,status:desc"), SEGMENTS, "sqlite", ENGLISH)
    assert [str(term) for term in ordering.order_by(backwards=True)] == [
        "segment.valid_to DESC NULLS LAST",
        "segment.status ASC",
        "segment.id DESC",
    ]


def test_sorting_by_reference_data_needs_its_table() -> None:
    assert order_terms(parse_sort("customer.email"), CUSTOMER_ASSIGNMENTS, "sqlite", ENGLISH).tables == {
        customer
    }
    assert order_terms((), CUSTOMER_ASSIGNMENTS, "sqlite", ENGLISH).tables == frozenset()


VALUES: dict[str, Any] = {
    "10": None,
    "20": False,
    "30": True,
    "40": -1.5,
    "41": 2,
    "42": 10,
    "50": "",
    "51": "10",
    "52": "B",
    "53": "a",
    "54": "é",
    "55": "😀",
    "60": [],
    "61": {"a": 1},
}


@pytest.mark.parametrize("sort", ["mixins.m.v", "mixins.m.v:desc"])
async def test_values_in_mixins_have_one_order(database: Database, tenant: str, sort: str) -> None:
    stored = [{**SEGMENT, "id": id_, "mixins": {"m": {"v": value}}} for id_, value in VALUES.items()]
    await store(database, tenant, segment, [*stored, {**SEGMENT, "id": "09"}])
    expected = ["09", *VALUES]
    if sort.endswith("desc"):
        others = [id_ for id_ in reversed(VALUES) if id_ not in {"10", "60", "61"}]
        expected = ["60", "61", *others, "09", "10"]
    assert await walk(database, tenant, SEGMENTS, sort) == expected


@pytest.mark.parametrize(
    ("sort", "languages", "expected"),
    [
        ("name", Languages(("de", "en")), "45312"),
        ("name:desc", Languages(("de", "en")), "21345"),
        ("name", Languages(("en",)), "34521"),
        ("name", Languages(("en",), or_any=True), "53214"),
        ("name:desc", Languages(("en",), or_any=True), "41235"),
        ("name", Languages(or_any=True), "53124"),
        ("name.de", Languages(("en",), or_any=True), "24531"),
        ("name", Languages(), "12345"),
    ],
)
async def test_a_name_sorts_by_the_first_language_that_has_it(
    database: Database, tenant: str, sort: str, languages: Languages, expected: str
) -> None:
    names = [{"en": "d", "de": "b"}, {"en": "c"}, {"de": "a"}, {"fr": "z"}, {"FR": "A", "pt": "0"}]
    stored = [{**SEGMENT, "id": str(number), "name": name} for number, name in enumerate(names, 1)]
    await store(database, tenant, segment, stored)
    for page_size in (1, 2, 100):
        walked = partial(walk, database, tenant, SEGMENTS, sort, languages=languages, page_size=page_size)
        assert await walked() == list(expected)
        assert await walked(backwards=True) == list(reversed(expected))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_only_who_takes_any_language_makes_the_database_look_at_all(dialect: str) -> None:
    english, any_language = (
        str(order_terms(parse_sort("name"), SEGMENTS, dialect, languages.shape).terms[0].expression)
        for languages in (Languages(("en",)), Languages(("en",), or_any=True))
    )
    assert "lower" not in english
    assert "lower" in any_language

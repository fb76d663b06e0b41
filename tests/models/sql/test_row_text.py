from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from sqlalchemy import ColumnElement, FromClause, Select, select

from models.sql.ordering import Languages
from models.sql.row_text import WEIGHT, ChildrenText, ColumnText, LinkText, ObjectText, RowText
from models.sql.selection import InstantText, Join, TranslationText
from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, customer, legal_entity, product
from models.tables.segment import segment
from resolvers.access import TENANT, Reader
from tests.factories.documents import category as category_document
from tests.factories.documents import customer as customer_document
from tests.factories.documents import segment as segment_document
from tests.factories.shop import Shop
from tests.models.sql_text import sql_text

ODD = 'He said: "\\ \u2028 é \U0001f600\t\x01 </b>"'
ENGLISH = Languages(("en",))
CUSTOMER = Join(customer, "customer_id")
LEGAL_ENTITY = Join(legal_entity, "legal_entity_id")
ITEMS = {
    "PRODUCT": Join(product, "item_id", ("type", "PRODUCT")),
    "CATEGORY": Join(category, "item_id", ("type", "CATEGORY")),
}


def row_text(null_without: tuple[str, ...] = (), **members: Any) -> RowText:
    return RowText(ObjectText(tuple(members.items()), null_without))


def linked(*members: str) -> ObjectText:
    return ObjectText(tuple((name, ColumnText(name)) for name in members))


async def texts(
    shop: Shop, text: RowText, table: Any, key: str = "id", languages: Languages = ENGLISH
) -> list[Any]:
    """The texts of all rows of a table, in the order of a column."""

    async def read(reader: Reader) -> Sequence[Any]:
        source: FromClause = table
        for join in text.joins:
            source = source.outerjoin(join.table, join.on(table, TENANT))
        column = text.of(table, table, reader.snapshot.dialect).label("text")
        rows = select(column).select_from(source).where(table.c.tenant == TENANT).order_by(table.c[key])
        found = Reader(reader.caller, reader.policy, reader.snapshot, reader.now, (languages,))
        return [orjson.loads(row["text"]) for row in await found.rows(rows)]

    return list(await shop.read(read))


async def test_columns_are_as_json_has_them(shop: Shop) -> None:
    await shop.segments(segment_document("gold", name={"en": ODD}, validity={"from": "2026-01-02T03:04:05Z"}))
    text = row_text(
        __typename="Segment",
        id=ColumnText("id"),
        name=ColumnText(TranslationText("name", 0)),
        description=ColumnText(TranslationText("description", 0)),
        version=ColumnText("version"),
        since=ColumnText(InstantText("valid_from")),
        until=ColumnText(InstantText("valid_to")),
    )
    assert await texts(shop, text, segment) == [
        {
            "__typename": "Segment",
            "id": "gold",
            "name": ODD,
            "description": None,
            "version": 1,
            "since": "2026-01-02T03:04:05.000Z",
            "until": None,
        }
    ]


@pytest.mark.parametrize(("published", "shown"), [(True, True), (False, False), (None, None)])
async def test_a_truth_value(shop: Shop, published: bool | None, shown: bool | None) -> None:
    document = category_document("tools", published=published)
    await shop.known_categories(document)
    assert await texts(shop, row_text(is_shown=ColumnText("published")), category) == [{"is_shown": shown}]


@pytest.mark.parametrize(
    ("tags", "takes_any", "name", "shown"),
    [
        (("de", "en"), False, {"de": "Gold", "en": "gold"}, "Gold"),
        (("de-AT", "de", "en"), False, {"de": "Gold", "en": "gold"}, "Gold"),
        (("de", "en"), False, {"de": " \u3000", "en": "gold"}, "gold"),
        (("de",), False, {"fr": "or"}, None),
        (("de",), True, {"it": "oro", "fr": " ", "en-GB": "gold"}, "gold"),
        (("de",), True, {"fr": " "}, None),
        (("de",), True, {"fr": "or", "de": ODD}, ODD),
    ],
)
async def test_the_translation_is_the_one_that_a_reader_is_shown(
    shop: Shop,
    tags: tuple[str, ...],
    takes_any: bool,
    name: dict[str, str],
    shown: str | None,
) -> None:
    await shop.segments(segment_document("gold", description=name))
    text = row_text(text=ColumnText(TranslationText("description", 0)))
    languages = Languages(tags, or_any=takes_any)
    assert await texts(shop, text, segment, languages=languages) == [{"text": shown}]


async def test_an_object_without_values_is_null(shop: Shop) -> None:
    await shop.segments(
        segment_document("always"), segment_document("since", validity={"from": "2026-01-01T00:00:00Z"})
    )
    members = (("from", ColumnText(InstantText("valid_from"))),)
    text = row_text(validity=ObjectText(members, null_without=("valid_from", "valid_to")))
    assert await texts(shop, text, segment) == [
        {"validity": None},
        {"validity": {"from": "2026-01-01T00:00:00.000Z"}},
    ]


async def test_linked_rows_that_are_known_unknown_and_missing(shop: Shop) -> None:
    await shop.segments(segment_document("gold"))
    await shop.known_customers(customer_document("ann", email="ann@example.com", firstName=ODD))
    await shop.customers(("gold", "ann"), ("gold", "ben", "acme"))
    text = row_text(
        customer=LinkText(((CUSTOMER, linked("id", "email", "first_name")),)),
        firm=LinkText(((LEGAL_ENTITY, linked("id", "name")),)),
    )
    assert await texts(shop, text, customer_assignment, "customer_id") == [
        {"customer": {"id": "ann", "email": "ann@example.com", "first_name": ODD}, "firm": None},
        {
            "customer": {"id": "ben", "email": None, "first_name": None},
            "firm": {"id": "acme", "name": None},
        },
    ]


async def test_the_linked_row_is_of_the_type_that_the_row_says(shop: Shop) -> None:
    await shop.segments(segment_document("gold"))
    await shop.known_categories(category_document("tools", code="T"))
    await shop.items(("gold", "PRODUCT", "tools"), ("gold", "CATEGORY", "tools"))
    objects = tuple(
        (join, ObjectText((("__typename", name), ("id", ColumnText("id")), ("code", ColumnText("code")))))
        for name, join in ITEMS.items()
    )
    assert await texts(shop, row_text(item=LinkText(objects)), item_assignment, "type") == [
        {"item": {"__typename": "CATEGORY", "id": "tools", "code": "T"}},
        {"item": {"__typename": "PRODUCT", "id": "tools", "code": None}},
    ]


async def test_an_object_of_no_members(shop: Shop) -> None:
    """All of them may be skipped."""
    await shop.segments(segment_document("gold"))
    assert await texts(shop, row_text(metadata=ObjectText(())), segment) == [{"metadata": {}}]
    assert await texts(shop, row_text(), segment) == [{}]


def test_a_link_that_shows_only_the_id_needs_no_join() -> None:
    ids = row_text(customer=LinkText(((CUSTOMER, linked("id")),)))
    names = row_text(customer=LinkText(((CUSTOMER, linked("id", "email")),)))
    assert (ids.joins, names.joins) == (frozenset(), frozenset({CUSTOMER}))
    assert ids.columns == names.columns == {"customer_id"}


def test_the_columns_of_the_row_itself() -> None:
    text = row_text(
        name=ColumnText(TranslationText("name", 0)),
        metadata=ObjectText((("version", ColumnText("version")),)),
        validity=ObjectText((), null_without=("valid_from",)),
        item=LinkText(((ITEMS["PRODUCT"], linked("code")),)),
        items=ChildrenText(0),
    )
    assert text.columns == {"name", "version", "valid_from", "item_id", "type", "id"}


def test_translations_and_lists_weigh_more_than_columns() -> None:
    link = LinkText(((CUSTOMER, linked("id", "email")),))
    name = ColumnText(TranslationText("name", 0))
    inner = ObjectText((("id", ColumnText("id")),))
    text = row_text(__typename="Segment", link=link, name=name, inner=inner, items=ChildrenText(0))
    assert text.weight == 2 * WEIGHT + 3


def test_a_list_inside_the_row_is_written_for_its_id() -> None:
    def children(key: ColumnElement[str], _rows: FromClause) -> Select[Any]:
        return select(customer.c.id).where(customer.c.id == key).correlate(segment)

    text = row_text(customers=ChildrenText(0)).of(segment, segment, "postgresql", [children])
    assert sql_text(select(text.label("text")).select_from(segment), "postgresql") == (
        "SELECT concat('{\"customers\":[', "
        "(SELECT customer.id FROM customer WHERE customer.id = segment.id), ']}') AS text FROM segment"
    )


def test_equal_texts_give_equal_statements() -> None:
    assert row_text(id=ColumnText("id")) == row_text(id=ColumnText("id"))
    assert hash(row_text(id=ColumnText("id"))) == hash(row_text(id=ColumnText("id")))
    assert row_text(id=ColumnText("id")) != row_text(a=ColumnText("id"))

import pytest
from sqlalchemy import literal

from models.sql.selection import (
    InstantText,
    Join,
    Joined,
    JsonText,
    TranslationText,
    Wanted,
    is_one_text,
    json_bytes,
    key_of,
    language_parameter,
    selected,
    text_columns,
)
from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import customer, product
from models.tables.segment import segment
from tests.models.sql_text import sql_text

CUSTOMERS = Join(customer, "customer_id")
PRODUCTS = Join(product, "item_id", ("type", "PRODUCT"))


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("id", "id"),
        (JsonText("mixins"), "mixins as text"),
        (InstantText("valid_to"), "valid_to as text"),
        (TranslationText("name", 1), "name in language 1"),
        (Joined(CUSTOMERS, "email"), "customer: email"),
        (Joined(PRODUCTS, TranslationText("name", 0)), "product: name in language 0"),
    ],
)
def test_the_key_of_a_column(column: Wanted, key: str) -> None:
    assert key_of(column) == key


def test_columns_are_selected_in_the_order_of_their_keys() -> None:
    columns: list[Wanted] = [InstantText("valid_to"), "status", "id", Joined(CUSTOMERS, "email")]
    assert [sql_text(column) for column in selected(segment, columns, "sqlite")] == [
        "segment.id",
        "segment.status",
        "CAST(segment.valid_to AS TEXT)",
    ]
    assert len(selected(segment, [], "sqlite")) == len(segment.c)


def test_an_instant_as_text_of_postgresql() -> None:
    [column] = selected(segment, [InstantText("valid_to")], "postgresql")
    assert sql_text(column, "postgresql") == (
        "to_char(timezone('UTC', segment.valid_to), 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    )


def test_a_join_is_on_the_tenant_and_the_id() -> None:
    assert sql_text(CUSTOMERS.on(customer_assignment, literal("shop"))) == (
        "customer.tenant = 'shop' AND customer.id = nullif(customer_assignment.customer_id, '')"
    )
    assert sql_text(PRODUCTS.on(item_assignment, literal("shop"))) == (
        "product.tenant = 'shop' AND product.id = "
        "CASE WHEN (item_assignment.type = 'PRODUCT') THEN item_assignment.item_id END"
    )


def test_a_joined_column_is_labelled_by_its_table() -> None:
    column = Joined(PRODUCTS, JsonText("name")).of_join("sqlite")
    assert column.key == "product: name as text"
    assert sql_text(column) == "CAST(product.name AS TEXT)"


def test_all_columns_as_text() -> None:
    columns = text_columns(segment, ("name",), in_one_language=True)
    assert {column for column in columns if not isinstance(column, str)} == {
        TranslationText("name", 0),
        JsonText("description"),
        JsonText("mixins"),
        JsonText("mixin_schemas"),
        *map(InstantText, ("valid_from", "valid_to", "created_at", "modified_at")),
    }
    assert JsonText("name") in text_columns(segment, ("name",), in_one_language=False)


def test_one_text_is_a_string() -> None:
    assert is_one_text('"Gold"')
    assert not is_one_text('{"en": "Gold"}')


def test_a_language_has_one_parameter() -> None:
    assert language_parameter(2) is language_parameter(2)
    assert language_parameter(2).key == "language_2"


def test_the_bytes_of_a_document() -> None:
    assert sql_text(json_bytes(segment.c.mixins, "sqlite")) == "length(CAST(segment.mixins AS BLOB))"
    assert "pg_column_size(segment.mixins)" in sql_text(
        json_bytes(segment.c.mixins, "postgresql"), "postgresql"
    )

from sqlalchemy import select

from models.sql.probe import OrderedJoin, has_row, is_member, joined_row, with_row
from models.tables.reference import category, product, product_category
from tests.models.sql_text import sql_text

LINKS = select(product_category.c.category_id).where(product_category.c.product_id == product.c.id)
HAS_CATEGORY = product_category.c.category_id == category.c.id


def test_a_row_is_looked_up_for_each() -> None:
    clause = has_row(LINKS.correlate(product))
    assert sql_text(select(product.c.id).where(clause)) == (
        "SELECT product.id FROM product WHERE (SELECT 1 FROM product_category "
        "WHERE product_category.product_id = product.id LIMIT 1 OFFSET 0) IS NOT NULL"
    )


def test_members_are_checked_in_a_set() -> None:
    clause = is_member(category.c.id, select(product_category.c.category_id))
    assert (
        sql_text(clause)
        == "(category.id IN (SELECT product_category.category_id FROM product_category)) IS 1"
    )


def test_a_row_that_may_be_missing() -> None:
    on_sqlite, columns = with_row(product_category, category, HAS_CATEGORY, "sqlite")
    assert columns is category
    assert sql_text(on_sqlite) == (
        "product_category LEFT OUTER JOIN category ON product_category.category_id = category.id"
    )
    on_postgresql, row = with_row(product_category, category, HAS_CATEGORY, "postgresql")
    text = sql_text(select(row.c.id).select_from(on_postgresql), "postgresql")
    assert "LEFT OUTER JOIN LATERAL (SELECT category.tenant" in text
    assert text.endswith("LIMIT 1) AS category ON true")


def test_a_selected_row_of_each() -> None:
    selection = select(category.c.id, category.c.code).where(HAS_CATEGORY)
    on_sqlite, columns = joined_row(product_category, category, selection, "sqlite")
    assert sql_text(on_sqlite) == (
        "product_category CROSS JOIN category ON product_category.category_id = category.id"
    )
    assert [str(column) for column in columns] == ["category.id", "category.code"]
    _, columns = joined_row(product_category, category, selection, "postgresql")
    assert [str(column) for column in columns] == ["row_of_category.id", "row_of_category.code"]


def test_a_join_begins_with_its_left_side_on_sqlite() -> None:
    join = OrderedJoin(product, product_category, product.c.id == product_category.c.product_id)
    condition = "product.id = product_category.product_id"
    assert sql_text(join) == f"product CROSS JOIN product_category ON {condition}"
    assert sql_text(join, "postgresql") == f"product JOIN product_category ON {condition}"

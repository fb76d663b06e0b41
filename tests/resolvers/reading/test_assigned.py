from sqlalchemy import select

from models.tables.reference import product
from models.tables.segment import segment
from resolvers.reading.assigned import assigned_categories, is_assigned, is_assigned_product

SEGMENTS = select(segment.c.id)


def text(clause: object) -> str:
    return " ".join(str(clause).split())


def test_one_lookup_per_item() -> None:
    assert text(is_assigned("PRODUCT", product.c.id, SEGMENTS)) == (
        "(SELECT 1 FROM item_assignment, product WHERE item_assignment.tenant = :tenant "
        "AND item_assignment.type = :type_1 AND item_assignment.item_id = product.id "
        "AND (item_assignment.segment_id IN (SELECT segment.id FROM segment)) IS true LIMIT 1) IS NOT NULL"
    )


def test_a_product_is_assigned_by_its_categories_too() -> None:
    clause = text(is_assigned_product(product.c.id, SEGMENTS))
    assert "item_assignment.item_id = product_category.category_id" in clause
    assert "product_category.product_id = product.id" in clause


def test_categories_are_read_from_the_segments() -> None:
    statement = assigned_categories(SEGMENTS)
    assert [column.name for column in statement.selected_columns] == ["id"]
    assert text(statement).startswith("SELECT DISTINCT item_assignment.item_id AS id FROM (SELECT segment.id")

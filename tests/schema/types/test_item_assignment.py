import pytest

from schema.types.item_assignment import ALL_ITEM_ASSIGNMENTS, ITEM, ItemAssignment
from schema.vocabulary.relation import linked_row

ROW = {"segment_id": "gold", "type": "CATEGORY", "item_id": "tools"}


@pytest.mark.parametrize(("item_type", "node"), [("PRODUCT", "Product"), ("CATEGORY", "Category")])
def test_an_item_is_a_product_or_a_category(item_type: str, node: str) -> None:
    row = {**ROW, "type": item_type}
    assert (ITEM.node(row), ITEM.key(row)) == (node, (item_type, "tools"))


def test_each_type_of_item_is_joined_from_its_own_table() -> None:
    assert ITEM.joins is not None
    assert {name: join.only for name, join in ITEM.joins.items()} == {
        "Product": ("type", "PRODUCT"),
        "Category": ("type", "CATEGORY"),
    }


def test_an_unknown_item_is_the_id() -> None:
    assert linked_row(ITEM, ROW, None) == {"id": "tools"}


def test_pages_of_assignments_are_large() -> None:
    assert ALL_ITEM_ASSIGNMENTS.maximum == 1000
    assert ItemAssignment.node_key == ("segment_id", "type", "item_id")

from rest_compat.openapi.items import ITEMS
from tests.rest_compat.openapi.valid import below, faults


def test_pages_are_of_items_and_trees() -> None:
    assert set(ITEMS) == below("items")
    assert faults(ITEMS) == []


def test_the_depth_of_trees_is_stated() -> None:
    assert "below 100 levels" in ITEMS["GET-customer-segment-retrieve-category-trees"].description

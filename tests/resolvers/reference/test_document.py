from typing import Any

from resolvers.reference.document import (
    category_document,
    customer_summary,
    group_summary,
    item_summary,
    legal_entity_summary,
)
from resolvers.values.row_values import STORED


def test_an_unknown_row_is_its_id() -> None:
    assert customer_summary("anna", None) == {"id": "anna"}
    assert legal_entity_summary("acme", None) == {"id": "acme"}
    assert group_summary("club", None, STORED) == {"id": "club"}
    assert item_summary("drill", None, STORED) == {"id": "drill"}


def test_known_members_are_shown() -> None:
    anna = {"first_name": "Anna", "last_name": None, "email": "a@shop.example"}
    assert customer_summary("anna", anna) == {"id": "anna", "firstName": "Anna", "email": "a@shop.example"}
    assert legal_entity_summary("acme", {"name": "Acme"}) == {"id": "acme", "name": "Acme"}
    assert group_summary("club", {"name": {}}, STORED) == {"id": "club", "name": {}}
    assert item_summary("drill", {"code": "D1", "name": {}}, STORED) == {"id": "drill", "code": "D1"}


def test_a_category() -> None:
    row: dict[str, Any] = {
        "id": "saws",
        "parent_id": "tools",
        "code": None,
        "name": {"en": "Saws"},
        "description": {},
        "slug": {},
        "ecn": [],
        "valid_from": None,
        "valid_to": None,
        "position": 0,
        "published": False,
    }
    assert category_document(row) == {
        "id": "saws",
        "parentId": "tools",
        "name": {"en": "Saws"},
        "position": 0,
        "published": False,
    }

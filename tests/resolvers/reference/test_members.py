from typing import Any

import pytest

from resolvers.declaration.derived import content_of
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.reference.members import CATEGORY, CUSTOMER, GROUP, LEGAL_ENTITY, PRODUCT


def test_the_content_of_a_customer() -> None:
    document = {"id": "anna", "firstName": "Anna", "legalEntityIds": ["b", "a", "b"]}
    assert content_of(CUSTOMER, document, Policy()) == {
        "first_name": "Anna",
        "last_name": None,
        "email": None,
        "legal_entity_ids": ["a", "b"],
        "mixins": {},
    }


def test_the_content_of_a_category() -> None:
    document = {"id": "saws", "ecn": ["b", "a"], "position": -1, "published": True}
    assert content_of(CATEGORY, document, Policy()) == {
        "parent_id": None,
        "code": None,
        "name": {},
        "description": {},
        "slug": {},
        "ecn": ["b", "a"],
        "valid_from": None,
        "valid_to": None,
        "position": -1,
        "published": True,
    }


@pytest.mark.parametrize(
    ("members", "document", "message", "path"),
    [
        (CATEGORY, {"position": 2**31}, "A whole number of 32 bits is expected.", ("position",)),
        (CATEGORY, {"position": True}, "A whole number of 32 bits is expected.", ("position",)),
        (CATEGORY, {"published": 1}, "true or false is expected.", ("published",)),
        (CATEGORY, {"ecn": "a"}, "An array is expected.", ("ecn",)),
        (CATEGORY, {"ecn": [5]}, "A text is expected.", ("ecn", 0)),
        (CATEGORY, {"parentId": ""}, None, ("parentId",)),
        (
            PRODUCT,
            {"categoryIds": ["a"] * 10_001},
            "The array has more than 10,000 elements.",
            ("categoryIds",),
        ),
        (PRODUCT, {"categoryIds": ["a", "b/c"]}, None, ("categoryIds", 1)),
        (GROUP, {}, "The type of the group's users is required.", ("userType",)),
        (LEGAL_ENTITY, {"name": "n" * 1_001}, "The text is longer than 1,000 characters.", ("name",)),
    ],
)
def test_documents_at_fault(
    members: Any, document: dict[str, Any], message: str | None, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        content_of(members, document, Policy())
    assert refusal.value.path == path
    assert message is None or refusal.value.message == message

from typing import Any

from schema.types.reference import GROUP_LEGAL_ENTITY, Category, Group, LegalEntity
from schema.vocabulary.enums import UserType

# Fields are plain methods of the classes; strawberry's types say otherwise.
group: Any = Group


def test_a_group_without_a_row_has_no_type() -> None:
    assert group(row={"id": "club"}).user_type() is None
    assert group(row={"id": "club", "user_type": "EMPLOYEE"}).user_type() is UserType.EMPLOYEE


def test_a_group_may_have_a_legal_entity() -> None:
    assert GROUP_LEGAL_ENTITY.key({"id": "club"}) is None
    assert GROUP_LEGAL_ENTITY.key({"legal_entity_id": "acme"}) == "acme"
    assert GROUP_LEGAL_ENTITY.unknown is not None
    assert GROUP_LEGAL_ENTITY.unknown({"legal_entity_id": "acme"}) == {"id": "acme"}


def test_a_category_without_numbers_or_validity() -> None:
    category: Any = Category(row={"id": "tools"})
    assert category.ecn() == []
    assert category.validity() is None


def test_nodes_have_their_type_in_the_id() -> None:
    ids = {LegalEntity(row={"id": "a"}).node_id(), Group(row={"id": "a"}).node_id()}
    assert len(ids) == 2

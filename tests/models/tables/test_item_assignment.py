from models.tables.item_assignment import item_assignment
from tests.models.tables.declared import checks, indexes, key, optional, parents


def test_the_declaration() -> None:
    assert key(item_assignment) == ["tenant", "segment_id", "type", "item_id"]
    assert parents(item_assignment) == ["segment"]
    assert optional(item_assignment) == []
    assert checks(item_assignment) == {
        "ck_item_assignment_type": "type IN ('PRODUCT', 'CATEGORY')",
        "ck_item_assignment_version": "version >= 1",
    }
    assert indexes(item_assignment) == {
        "ix_item_assignment_tenant_type_item_id_segment_id": ["tenant", "type", "item_id", "segment_id"]
    }

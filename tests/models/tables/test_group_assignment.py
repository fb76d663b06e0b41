from models.tables.group_assignment import group_assignment
from tests.models.tables.declared import checks, indexes, key, optional, parents


def test_the_declaration() -> None:
    assert key(group_assignment) == ["tenant", "segment_id", "group_id"]
    assert parents(group_assignment) == ["segment"]
    assert optional(group_assignment) == []
    assert checks(group_assignment) == {"ck_group_assignment_version": "version >= 1"}
    assert indexes(group_assignment) == {
        "ix_group_assignment_tenant_group_id_segment_id": ["tenant", "group_id", "segment_id"]
    }

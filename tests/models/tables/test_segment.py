from models.tables.segment import segment
from tests.models.tables.declared import checks, indexes, key, optional, parents


def test_the_declaration() -> None:
    assert key(segment) == ["tenant", "id"]
    assert parents(segment) == []
    assert optional(segment) == ["valid_from", "valid_to"]
    assert checks(segment) == {
        "ck_segment_status": "status IN ('ACTIVE', 'INACTIVE')",
        "ck_segment_version": "version >= 1",
    }
    assert indexes(segment) == {
        "ix_segment_tenant_site_code_id": ["tenant", "site_code", "id"],
        "ix_segment_tenant_status_id": ["tenant", "status", "id"],
    }

from models.tables.change import block_of, change_head, change_record
from tests.models.sql_text import sql_text
from tests.models.tables.declared import indexes, key


def test_the_declaration() -> None:
    assert key(change_head) == ["tenant"]
    assert key(change_record) == ["tenant", "seq"]
    assert indexes(change_record) == {
        "ix_change_tenant_block_customer_id": ["tenant", "(seq >> 10)", "customer_id"]
    }


def test_a_block_is_the_expression_of_the_index() -> None:
    assert sql_text(block_of(change_record.c.seq)) == "change.seq >> 10"

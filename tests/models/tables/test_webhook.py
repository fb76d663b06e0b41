from models.tables.webhook import dead_letter, webhook
from tests.models.tables.declared import indexes, key, optional


def test_the_declaration() -> None:
    assert key(webhook) == ["tenant", "id"]
    assert key(dead_letter) == ["tenant", "webhook_id", "epoch", "seq"]
    assert indexes(webhook) == indexes(dead_letter) == {}


def test_optional_members() -> None:
    assert optional(webhook) == [
        "types",
        "segment_ids",
        "rotates_until",
        "lease_owner",
        "lease_until",
        "failing_since",
        "next_attempt_at",
        "delivered_at",
        "last_error",
        "last_error_at",
        "test_requested_at",
        "test_sent_at",
        "test_status_code",
        "test_error",
    ]
    assert optional(dead_letter) == ["status_code"]

from datetime import UTC, datetime

from resolvers.explain.groups import group_reason
from resolvers.explain.reason import Reason, ReasonCode


def test_the_reason_names_the_group() -> None:
    row = {"group_id": "club", "created_at": datetime(2026, 2, 1, 12, 30, tzinfo=UTC)}
    assert group_reason("The customer anna", row) == Reason(
        True,
        ReasonCode.GROUP_ASSIGNED,
        "The customer anna is in the group club, which is assigned to it since 2026-02-01 12:30 UTC.",
        seen={"groupId": "club"},
    )

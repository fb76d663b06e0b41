from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.group_assignment import assign_group, group_assignment_document, group_key, remove_group
from resolvers.policy import Policy
from resolvers.values.row_values import STORED

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "segment_id": "gold",
    "group_id": "club",
    "mixins": {"a": {"b": 1}},
    "mixin_schemas": {},
    "version": 1,
    "created_at": NOW,
    "modified_at": NOW,
}


@pytest.mark.parametrize("group_id", ["bulk", "search", "a/b", "", None])
def test_a_group_id_at_fault(group_id: str | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        group_key("gold", group_id)
    assert refusal.value.path == ("groupId",)


def test_commands_have_the_key() -> None:
    key = group_key("gold", "club")
    assert remove_group(key).key == ("gold", "club")
    command = assign_group(key, {"mixins": {"a": {"b": 1}}, "metadata": {"version": 2}}, Policy())
    assert command.content == {"mixins": {"a": {"b": 1}}, "mixin_schemas": {}}
    assert command.expected_version == 2


def test_a_document_shows_the_name_of_a_known_group() -> None:
    document = group_assignment_document(ROW, {"name": {"en": "Club"}}, STORED)
    assert (document["segmentId"], document["group"], document["mixins"]) == (
        "gold",
        {"id": "club", "name": {"en": "Club"}},
        {"a": {"b": 1}},
    )
    assert group_assignment_document(ROW, None, STORED)["group"] == {"id": "club"}

from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.item_assignment import assign_item, item_assignment_document, item_key, remove_item
from resolvers.policy import Policy
from resolvers.values.row_values import STORED

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "segment_id": "gold",
    "type": "PRODUCT",
    "item_id": "drill",
    "mixins": {},
    "mixin_schemas": {},
    "version": 1,
    "created_at": NOW,
    "modified_at": NOW,
}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("gold", "product", "drill"), ("type",)),
        (("gold", "PRODUCT", "bulk"), ("itemId",)),
        (("match", "PRODUCT", "drill"), ("segmentId",)),
    ],
)
def test_a_key_at_fault(arguments: tuple[str, str, str], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        item_key(*arguments)
    assert refusal.value.path == path


def test_commands_have_the_key() -> None:
    key = item_key("gold", "CATEGORY", "search")
    assert key == ("gold", "CATEGORY", "search")
    assert remove_item(key).key == key
    assert assign_item(key, {}, Policy()).content == {"mixins": {}, "mixin_schemas": {}}


def test_a_document_shows_what_is_known_of_the_item() -> None:
    document = item_assignment_document(ROW, {"code": None, "name": {"en": "Drill"}}, STORED)
    assert document["item"] == {"id": "drill", "name": {"en": "Drill"}}
    assert list(document) == ["segmentId", "item", "type", "metadata"]
    assert item_assignment_document(ROW, None, STORED)["item"] == {"id": "drill"}

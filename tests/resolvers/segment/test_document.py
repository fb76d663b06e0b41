from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.segment.document import segment_content, segment_document

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CONTENT: dict[str, Any] = {
    "name": {"en": "Gold"},
    "description": {},
    "valid_from": None,
    "valid_to": NOW,
    "status": "INACTIVE",
    "site_code": "main",
    "mixins": {"a": {"b": 1}},
    "mixin_schemas": {"a": "https://shop.example/a.json"},
}
DOCUMENT: dict[str, Any] = {
    "name": {"en": "Gold"},
    "validity": {"to": "2026-02-01T00:00:00.000Z"},
    "status": "INACTIVE",
    "siteCode": "main",
    "mixins": {"a": {"b": 1}},
}


def test_content_and_document_are_the_same_segment() -> None:
    schemas = {"mixins": {"a": "https://shop.example/a.json"}}
    assert segment_content({**DOCUMENT, "metadata": schemas}, Policy()) == CONTENT
    row = {"id": "gold", **CONTENT, "version": 2, "created_at": NOW, "modified_at": NOW}
    times = {"createdAt": "2026-02-01T00:00:00.000Z", "modifiedAt": "2026-02-01T00:00:00.000Z", "version": 2}
    document = segment_document(row)
    assert document == {"id": "gold", **DOCUMENT, "metadata": {**times, **schemas}}
    assert list(document) == ["id", "name", "validity", "status", "siteCode", "mixins", "metadata"]


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"name": {}}, ("name",)),
        ({"name": {"en": " "}}, ("name",)),
        ({"siteCode": None}, ("siteCode",)),
        ({"status": "active"}, ("status",)),
        ({"validity": {"from": "2026-02-02T00:00:00Z", "to": "2026-02-01T00:00:00Z"}}, ("validity",)),
    ],
)
def test_a_document_at_fault(members: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        segment_content({**DOCUMENT, **members}, Policy())
    assert refusal.value.path == path

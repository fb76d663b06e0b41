from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.webhook.document import webhook_content
from resolvers.webhook.vocabulary import WebhookFormat, WebhookStatus


def test_members_become_columns() -> None:
    content = webhook_content(
        {
            "name": "Shop",
            "url": "https://shop.example/hooks",
            "types": ["SEGMENT_UPDATED", "SEGMENT_CREATED", "SEGMENT_UPDATED"],
            "segmentIds": ["silver", "gold", "gold"],
            "format": "EMPORIX",
            "status": "DISABLED",
            "headers": {"X-B": "2", "X-A": "1"},
        },
        Policy(),
    )
    assert content.columns == {
        "name": "Shop",
        "url": "https://shop.example/hooks",
        "types": ["SEGMENT_CREATED", "SEGMENT_UPDATED"],
        "segment_ids": ["gold", "silver"],
        "format": WebhookFormat.EMPORIX,
        "status": WebhookStatus.DISABLED,
        "header_names": ["X-A", "X-B"],
    }
    assert content.headers == {"X-B": "2", "X-A": "1"}


def test_only_members_of_the_document_are_columns() -> None:
    content = webhook_content({"types": None, "segmentIds": None}, Policy())
    assert content.columns == {"types": None, "segment_ids": None}
    assert content.headers is None
    assert webhook_content({"headers": None}, Policy()).columns == {"header_names": []}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"name": " "}, ("name",)),
        ({"name": "n" * 201}, ("name",)),
        ({"url": 5}, ("url",)),
        ({"url": "http://shop.example"}, ("url",)),
        ({"segmentIds": ["gold", "a b"]}, ("segmentIds", 1)),
        ({"segmentIds": ["s"] * 1_001}, ("segmentIds",)),
    ],
)
def test_documents_at_fault(document: dict[str, Any], path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        webhook_content(document, Policy())
    assert refusal.value.path == path


def test_http_is_allowed_in_private_networks() -> None:
    url = "http://shop.example"
    assert webhook_content({"url": url}, Policy(webhooks_allow_private=True)).columns == {"url": url}

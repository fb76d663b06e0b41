from schema.mutations.webhook_input import WebhookCreateInput, WebhookUpdateInput
from schema.types.webhook import WebhookStatus
from schema.vocabulary.enums import ChangeType


def test_a_new_webhook_has_all_members() -> None:
    document = WebhookCreateInput(
        name="Shop", url="https://shop.example", types=[ChangeType.SEGMENT_CREATED]
    ).document()
    assert document == {
        "name": "Shop",
        "url": "https://shop.example",
        "types": ["SEGMENT_CREATED"],
        "segmentIds": None,
        "format": "STANDARD",
        "headers": None,
    }


def test_an_update_has_what_is_to_change() -> None:
    assert WebhookUpdateInput().document() == {}
    update = WebhookUpdateInput(status=WebhookStatus.DISABLED, segment_ids=None, name=None)
    assert update.document() == {"status": "DISABLED", "segmentIds": None}

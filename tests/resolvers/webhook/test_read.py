import pytest

from resolvers.errors import Forbidden, InvalidArgument, WebhooksOff
from resolvers.policy import Policy
from resolvers.webhook.read import dead_letters, require_webhooks, webhook_by_id, webhooks
from tests.factories.shop import Shop
from tests.resolvers.readers import STAFF, reader_of


async def test_reading_webhooks_needs_the_right_to_manage() -> None:
    with pytest.raises(Forbidden):
        await webhooks(reader_of(STAFF))


def test_without_a_key_webhooks_are_off() -> None:
    require_webhooks(Policy(webhook_keys=(b"key",)))
    with pytest.raises(WebhooksOff):
        require_webhooks(Policy())


async def test_a_tenant_without_webhooks(shop: Shop) -> None:
    manager = shop.caller("M")
    assert await shop.read(webhooks, manager) == []
    assert await shop.read(lambda reader: webhook_by_id(reader, "wh_1"), manager) is None
    assert await shop.read(lambda reader: dead_letters(reader, "wh_1", 100), manager) == []


@pytest.mark.parametrize("first", [0, 101])
async def test_dead_letters_are_bounded(shop: Shop, first: int) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        await shop.read(lambda reader: dead_letters(reader, "wh_1", first), shop.caller("M"))
    assert refusal.value.path == ("first",)

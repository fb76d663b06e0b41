"""Changing over to another key for the secrets of webhooks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from models.connection.database import Database
from models.migrate import migrate
from models.tables.webhook import webhook
from resolvers.errors import WebhooksOff
from resolvers.webhook.reencrypt import reencrypt_secrets
from resolvers.webhook.secrets import Secrets, SecretsCipher
from tests.factories.shop import Shop
from tests.factories.webhooks import add_webhook

OLD, NEW, OTHER = (letter.encode() * 32 for letter in "onx")
SECRETS = Secrets("whsec_one", "whsec_before", {"Authorization": "x"})


@pytest.fixture
async def shops(empty_database_url: str) -> AsyncIterator[list[Shop]]:
    """Two tenants with a webhook each, whose secrets the old key has encrypted."""
    database = Database(empty_database_url)
    await migrate(database)
    one = Shop(database, "one")
    shops = [Shop(database, name, replace(one.policy, webhook_keys=(OLD,))) for name in ("one", "other")]
    for shop in shops:
        await add_webhook(shop, secrets=SECRETS)
    yield shops
    await database.close()


async def stored(shop: Shop) -> str:
    async with shop.database.read() as snapshot:
        [row] = await snapshot.rows(select(webhook.c.secrets).where(webhook.c.tenant == shop.tenant))
        text: str = row["secrets"]
        return text


async def reencrypted(shops: list[Shop], *keys: bytes) -> int:
    return await shops[0].database.write(partial(reencrypt_secrets, keys=keys))


async def test_each_key_decrypts_and_the_first_encrypts(shops: list[Shop]) -> None:
    for shop in shops:
        assert SecretsCipher([NEW, OLD]).decrypted(shop.tenant, "hook", await stored(shop)) == SECRETS
    text = SecretsCipher([NEW, OLD]).encrypted("one", "hook", SECRETS)
    assert SecretsCipher([NEW]).decrypted("one", "hook", text) == SECRETS
    with pytest.raises(WebhooksOff):
        SecretsCipher([OLD]).decrypted("one", "hook", text)
    with pytest.raises(WebhooksOff):
        SecretsCipher([NEW, OLD]).decrypted("other", "hook", text)


async def test_after_it_the_old_key_is_not_needed(shops: list[Shop]) -> None:
    assert await reencrypted(shops, NEW, OLD) == 2
    for shop in shops:
        assert SecretsCipher([NEW]).decrypted(shop.tenant, "hook", await stored(shop)) == SECRETS
    before = [await stored(shop) for shop in shops]
    assert await reencrypted(shops, NEW, OLD) == 0
    assert [await stored(shop) for shop in shops] == before


async def test_an_unknown_key_changes_nothing(shops: list[Shop]) -> None:
    before = [await stored(shop) for shop in shops]
    with pytest.raises(WebhooksOff):
        await reencrypted(shops, NEW, OTHER)
    with pytest.raises(WebhooksOff):
        await reencrypted(shops)
    assert [await stored(shop) for shop in shops] == before

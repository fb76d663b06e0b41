import base64

import pytest

from resolvers.errors import WebhooksOff
from resolvers.webhook.secrets import OTHER_KEY, Secrets, SecretsCipher, new_secret

KEYS = (b"the first key", b"the second key")
SECRETS = Secrets("whsec_a", "whsec_b", {"X-A": "1"})


def test_a_secret_is_of_32_random_bytes() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32


def test_secrets_come_back_with_any_of_the_keys() -> None:
    stored = SecretsCipher(KEYS[1:]).encrypted("shop", "wh_1", SECRETS)
    cipher = SecretsCipher(KEYS)
    assert cipher.decrypted("shop", "wh_1", stored) == SECRETS
    assert not cipher.is_current("shop", "wh_1", stored)
    assert cipher.is_current("shop", "wh_1", cipher.encrypted("shop", "wh_1", SECRETS))


def test_the_same_secrets_are_stored_in_another_text_each_time() -> None:
    cipher = SecretsCipher(KEYS)
    assert cipher.encrypted("shop", "wh_1", SECRETS) != cipher.encrypted("shop", "wh_1", SECRETS)


@pytest.mark.parametrize(
    ("keys", "tenant", "webhook_id"),
    [(KEYS[1:], "shop", "wh_1"), (KEYS, "other", "wh_1"), (KEYS, "shop", "wh_2")],
)
def test_secrets_belong_to_their_webhook_and_key(
    keys: tuple[bytes, ...], tenant: str, webhook_id: str
) -> None:
    stored = SecretsCipher(KEYS[:1]).encrypted("shop", "wh_1", SECRETS)
    with pytest.raises(WebhooksOff) as refusal:
        SecretsCipher(keys).decrypted(tenant, webhook_id, stored)
    assert refusal.value.message == OTHER_KEY


def test_a_rotation_keeps_the_secret_before() -> None:
    rotated = SECRETS.rotated()
    assert rotated.previous == "whsec_a"
    assert rotated.current not in {"whsec_a", "whsec_b"}
    assert rotated.headers == {"X-A": "1"}


def test_without_a_key_webhooks_are_off() -> None:
    with pytest.raises(WebhooksOff):
        SecretsCipher(())

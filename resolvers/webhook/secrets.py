"""The secrets of a webhook and their encryption.

A stored secret is bound to its tenant and webhook.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from resolvers.errors import WebhooksOff

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
OTHER_KEY: Final = "The secrets of this webhook were encrypted with another SEGMENTS_WEBHOOK_KEY."


@dataclass(frozen=True, slots=True)
class Secrets:
    """The signing secrets and header values of a webhook.

    Custom headers may be credentials.
    """

    current: str
    previous: str | None = None
    """The previous secret, which also signs during a rotation."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def rotated(self) -> "Secrets":
        """The secrets with a new signing secret.

        The current one becomes the previous one.
        """
        return replace(self, current=new_secret(), previous=self.current)


def new_secret() -> str:
    """A new secret in the form of Standard Webhooks.

    It is `whsec_` and Base64.
    """
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class SecretsCipher:
    """Encrypts secrets for the database.

    `keys` are the operator's: the first encrypts, each decrypts. Raises WebhooksOff if there are none.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise WebhooksOff()
        self._ciphers = [_cipher(key) for key in keys]

    def encrypted(self, tenant: str, webhook_id: str, value: Secrets) -> str:
        """The encrypted secrets; different with each call."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = orjson.dumps(asdict(value))
        return base64.b64encode(
            nonce + self._ciphers[0].encrypt(nonce, plain, _bound_to(tenant, webhook_id))
        ).decode()

    def decrypted(self, tenant: str, webhook_id: str, stored: str) -> Secrets:
        """The decrypted secrets of a row.

        Raises WebhooksOff if none of the keys has encrypted them.
        """
        for cipher in self._ciphers:
            plain = _decrypted(cipher, tenant, webhook_id, stored)
            if plain is not None:
                return Secrets(**orjson.loads(plain))
        raise WebhooksOff(OTHER_KEY)

    def is_current(self, tenant: str, webhook_id: str, stored: str) -> bool:
        """Whether the first key has encrypted the secrets."""
        return _decrypted(self._ciphers[0], tenant, webhook_id, stored) is not None


def _cipher(key: bytes) -> AESGCM:
    derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"segment-gateway webhook secrets")
    return AESGCM(derive.derive(key))


def _decrypted(cipher: AESGCM, tenant: str, webhook_id: str, stored: str) -> bytes | None:
    sealed = base64.b64decode(stored)
    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, encrypted, _bound_to(tenant, webhook_id))
    except InvalidTag:
        return None


def _bound_to(tenant: str, webhook_id: str) -> bytes:
    return f"{tenant}/{webhook_id}".encode()

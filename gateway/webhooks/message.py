"""The message of an event: body, id and signatures."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from resolvers.webhook.secrets import PREFIX
from resolvers.webhook.vocabulary import WebhookFormat


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs messages to one webhook.

    There are several secrets while one is rotated, the current one first.
    """

    webhook_id: str
    format: WebhookFormat
    secrets: Sequence[str]

    def message(self, event: Mapping[str, Any], now: int) -> tuple[dict[str, str], bytes]:
        """Headers and body of an event.

        `now` is the time of signing in seconds since 1970.
        """
        if self.format is WebhookFormat.EMPORIX:
            return self._emporix(event)
        body = orjson.dumps({name: event[name] for name in ("type", "timestamp", "cursor", "data")})
        message_id = self.message_id(event["cursor"])
        signed = f"{message_id}.{now}.".encode() + body
        signatures = (f"v1,{_base64_hmac(_key(secret), signed)}" for secret in self.secrets)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": " ".join(signatures),
        }, body

    def message_id(self, cursor: str) -> str:
        """The message id, the same for each attempt.

        It depends on the webhook and the event.
        """
        return f"msg_{hashlib.sha256(f'{self.webhook_id}/{cursor}'.encode()).hexdigest()[:32]}"

    def _emporix(self, event: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        body = orjson.dumps(event["data"])
        return {
            "webhook-id": self.message_id(event["cursor"]),
            "webhook-event-type": event["type"],
            "emporix-event-signature": _base64_hmac(self.secrets[0].encode(), body),
            "emporix-event-publish-time": event["timestamp"],
        }, body


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def _base64_hmac(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()

import base64
import hmac

import orjson

from gateway.webhooks.message import Signer
from resolvers.webhook.secrets import PREFIX
from resolvers.webhook.vocabulary import WebhookFormat

KEY = b"0123456789abcdef01234567"
OLD = b"abcdefabcdefabcdefabcdef"
EVENT = {
    "type": "segment-updated",
    "timestamp": "2026-02-01T00:00:00.000Z",
    "cursor": "c1",
    "data": {"id": "gold"},
    "more": "is not sent",
}
ID = "msg_" + "0" * 32


def secret(key: bytes) -> str:
    return PREFIX + base64.b64encode(key).decode()


def signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def standard(*secrets: str) -> Signer:
    [webhook_format] = [value for value in WebhookFormat if value is not WebhookFormat.EMPORIX]
    return Signer("hook", webhook_format, secrets)


def test_a_message_is_signed_with_its_id_and_time() -> None:
    headers, body = standard(secret(KEY)).message(EVENT, 1_700_000_000)
    assert orjson.loads(body) == {name: EVENT[name] for name in ("type", "timestamp", "cursor", "data")}
    signed = f"{headers['webhook-id']}.1700000000.".encode() + body
    assert headers["webhook-timestamp"] == "1700000000"
    assert headers["webhook-signature"] == f"v1,{signature(KEY, signed)}"


def test_both_secrets_sign_while_one_is_rotated() -> None:
    headers, body = standard(secret(KEY), secret(OLD)).message(EVENT, 5)
    signed = f"{headers['webhook-id']}.5.".encode() + body
    expected = " ".join(f"v1,{signature(key, signed)}" for key in (KEY, OLD))
    assert headers["webhook-signature"] == expected


def test_each_attempt_has_the_same_id() -> None:
    first, _ = standard(secret(KEY)).message(EVENT, 5)
    second, _ = standard(secret(OLD)).message(EVENT, 6)
    assert first["webhook-id"] == second["webhook-id"]
    assert len(first["webhook-id"]) == len(ID)
    assert standard().message_id("c1") != standard().message_id("c2")
    assert standard().message_id("c1") != Signer("other", WebhookFormat.EMPORIX, ()).message_id("c1")


def test_the_vendor_signs_the_data_alone() -> None:
    headers, body = Signer("hook", WebhookFormat.EMPORIX, ["key", "old"]).message(EVENT, 5)
    assert body == b'{"id":"gold"}'
    assert headers["emporix-event-signature"] == signature(b"key", body)
    assert headers["webhook-event-type"] == "segment-updated"
    assert headers["emporix-event-publish-time"] == EVENT["timestamp"]

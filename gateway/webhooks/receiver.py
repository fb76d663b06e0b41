"""The receiver of a webhook's events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.webhooks.message import Signer
from gateway.webhooks.post import Answer, Poster
from resolvers.policy import Policy
from resolvers.webhook.lease import Lease
from resolvers.webhook.secrets import SecretsCipher
from resolvers.webhook.target import Target, parse_target
from resolvers.webhook.vocabulary import WebhookFormat


@dataclass(frozen=True, slots=True)
class Receiver:
    """The target of events, with their signatures and headers."""

    signer: Signer
    target: Target
    headers: Mapping[str, str]

    async def post(self, poster: Poster, event: Mapping[str, Any], now: datetime) -> Answer:
        """Send one event, signed at this time. Raises PostFailed."""
        signed, body = self.signer.message(event, int(now.timestamp()))
        return await poster.post(self.target, {**self.headers, **signed}, body)


def receiver_of(lease: Lease, policy: Policy, now: datetime) -> Receiver:
    """Return the receiver of a webhook.

    Events have two signatures while the secret rotates. Raises GatewayError.
    """
    row = lease.row
    secrets = SecretsCipher(policy.webhook_keys).decrypted(lease.tenant, lease.webhook_id, row["secrets"])
    rotates = row["rotates_until"] is not None and row["rotates_until"] > now
    signing = [secrets.current, *([secrets.previous] if rotates and secrets.previous else [])]
    signer = Signer(lease.webhook_id, WebhookFormat(row["format"]), signing)
    return Receiver(
        signer, parse_target(row["url"], allows_http=policy.webhooks_allow_private), secrets.headers
    )

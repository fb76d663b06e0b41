"""Webhooks and the state of their deliveries.

The state is the position of each webhook in the change log, and the changes that it refused for good.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class Webhook(SQLModel, table=True):
    """An endpoint with one position in the change log.

    There is no row for each event. `epoch` and `seq` are the position: every change up to it is delivered or
    a dead letter. Behind it, `acknowledged` holds the numbers that are delivered, and `retries` those that
    failed. `seen` is the number up to which there is nothing to do but retries. `secrets` is encrypted, as it
    holds the values of custom headers too.

    A process delivers while it has the lease: `lease_fence` counts leases, `replays` counts moves of the
    position by hand. Progress is saved only where both are as they were at the beginning.
    """

    __tablename__ = "webhook"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    id: str = text_key()
    name: str = Field(sa_type=PlainText)
    url: str = Field(sa_type=PlainText)
    types: list[str] | None = Field(sa_type=JsonValue)
    segment_ids: list[str] | None = Field(sa_type=JsonValue)
    format: str = Field(sa_type=PlainText)
    header_names: list[str] = Field(sa_type=JsonValue, nullable=False)
    secrets: str = Field(sa_type=PlainText)
    rotates_until: datetime | None = Field(sa_type=UtcDateTime)
    status: str = Field(sa_type=PlainText)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)

    epoch: str = Field(sa_type=PlainText)
    seq: int = Field(sa_type=BigInteger)
    acknowledged: list[int] = Field(sa_type=JsonValue, nullable=False)
    retries: dict[str, Any] = Field(sa_type=JsonValue, nullable=False)
    seen: int = Field(sa_type=BigInteger)
    replays: int = Field(sa_type=BigInteger)

    lease_owner: str | None = Field(sa_type=PlainText)
    lease_fence: int = Field(sa_type=BigInteger)
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    served_at: datetime = Field(sa_type=UtcDateTime)

    failures: int = Field(sa_type=BigInteger)
    failing_since: datetime | None = Field(sa_type=UtcDateTime)
    next_attempt_at: datetime | None = Field(sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(sa_type=UtcDateTime)
    last_error: str | None = Field(sa_type=PlainText)
    last_error_at: datetime | None = Field(sa_type=UtcDateTime)
    dead_letters: int = Field(sa_type=BigInteger)

    test_requested_at: datetime | None = Field(sa_type=UtcDateTime)
    test_sent_at: datetime | None = Field(sa_type=UtcDateTime)
    test_status_code: int | None = Field(sa_type=Integer)
    test_error: str | None = Field(sa_type=PlainText)


class WebhookDeadLetter(SQLModel, table=True):
    """A change refused by an endpoint for good.

    The log has the change itself, as long as it keeps it.
    """

    __tablename__ = "webhook_dead_letter"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    webhook_id: str = text_key()
    epoch: str = text_key()
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    type: str = Field(sa_type=PlainText)
    reason: str = Field(sa_type=PlainText)
    status_code: int | None = Field(sa_type=Integer)
    at: datetime = Field(sa_type=UtcDateTime)


webhook = table_of(Webhook)
dead_letter = table_of(WebhookDeadLetter)

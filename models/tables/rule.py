"""Rules of segments: which customers they assign, the exceptions, and when time changes an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, false
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class RuleHead(SQLModel, table=True):
    """One row for each tenant with customers. Its lock puts the transactions that apply rules in order.

    It is locked after customers and before segments. `revision` grows whenever a rule changes. `is_stale`
    says that customers changed while rules were switched off. Time has been taken into account up to
    `evaluated_to`. One process at a time does the tenant's work in the background: the one with the lease.
    """

    __tablename__ = "rule_head"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    revision: int = Field(sa_type=BigInteger)
    rules: int = Field(sa_type=BigInteger)
    has_work: bool
    """Whether a rule is being built, or looks at dates."""
    is_stale: bool
    evaluated_to: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = Field(sa_type=PlainText)
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    has_unused_dates: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether dates are stored that no rule looks at."""


class SegmentRule(SQLModel, table=True):
    """A condition on customers: those who satisfy it are in the segment.

    Either `condition`, as `where` writes it, or `q` has what the client wrote. A rule that is being built
    has been applied to all keys up to (`built_customer_id`, `built_legal_entity_id`), in number `built_keys`.
    `removal` is what becomes of the members of a rule that is being removed.
    """

    __tablename__ = "segment_rule"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "segment_id"], ["segment.tenant", "segment.id"]),
        CheckConstraint("state IN ('BUILDING', 'ACTIVE', 'PAUSED')", name="state"),
        CheckConstraint("subject IN ('CUSTOMER', 'CUSTOMER_OF_LEGAL_ENTITY')", name="subject"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    segment_id: str = text_key()
    condition: dict[str, Any] | None = Field(sa_type=JsonValue)
    q: str | None = Field(sa_type=PlainText)
    subject: str = Field(sa_type=PlainText)
    time_zone: str = Field(sa_type=PlainText)
    state: str = Field(sa_type=PlainText)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)
    built_customer_id: str | None = Field(sa_type=PlainText)
    built_legal_entity_id: str | None = Field(sa_type=PlainText)
    built_keys: int = Field(sa_type=BigInteger)
    removal: str | None = Field(sa_type=PlainText)


class CustomerExclusion(SQLModel, table=True):
    """A customer that a client took out of a segment with a rule: the rule does not bring them back.

    It goes with its segment.
    """

    __tablename__ = "customer_exclusion"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "segment_id"], ["segment.tenant", "segment.id"], ondelete="CASCADE"),
        Index(None, "tenant", "customer_id", "legal_entity_id", "segment_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    segment_id: str = text_key()
    customer_id: str = text_key()
    legal_entity_id: str = text_key()
    created_at: datetime = Field(sa_type=UtcDateTime)


class CustomerDate(SQLModel, table=True):
    """An instant in the mixins of a customer or a legal entity, at a path that rules compare with now.

    One of `customer_id` and `legal_entity_id` is `''`.
    """

    __tablename__ = "customer_date"
    __table_args__ = (
        Index(None, "tenant", "customer_id", "legal_entity_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    path: str = text_key()
    at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    customer_id: str = text_key()
    legal_entity_id: str = text_key()


rule_head = table_of(RuleHead)
segment_rule = table_of(SegmentRule)
customer_exclusion = table_of(CustomerExclusion)
customer_date = table_of(CustomerDate)

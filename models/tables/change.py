"""The change log: one numbered record for each change of a segment or an assignment."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key

_HAS_CUSTOMER: Final = text("customer_id IS NOT NULL")


class ChangeHead(SQLModel, table=True):
    """The number of a tenant's newest record. Locked last in a transaction, it puts commits in order.

    Records up to `floor` are deleted. Numbers of two epochs are not comparable.
    """

    __tablename__ = "change_head"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    seq: int = Field(sa_type=BigInteger)
    floor: int = Field(sa_type=BigInteger)
    epoch: str = Field(sa_type=PlainText)
    at: datetime = Field(sa_type=UtcDateTime)


class ChangeRecord(SQLModel, table=True):
    """`document` is the row's own document after the change; names of customers are not in it."""

    __tablename__ = "change"
    __table_args__ = (
        Index(
            "ix_change_tenant_customer_id_seq",
            "tenant",
            "customer_id",
            "seq",
            postgresql_where=_HAS_CUSTOMER,
            sqlite_where=_HAS_CUSTOMER,
        ),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    type: str = Field(sa_type=PlainText)
    segment_id: str = Field(sa_type=PlainText)
    customer_id: str | None = Field(sa_type=PlainText)
    legal_entity_id: str | None = Field(sa_type=PlainText)
    item_type: str | None = Field(sa_type=PlainText)
    item_id: str | None = Field(sa_type=PlainText)
    cause: str = Field(sa_type=PlainText)
    actor: str | None = Field(sa_type=PlainText)
    request_id: str | None = Field(sa_type=PlainText)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    version: int = Field(sa_type=BigInteger)
    previous_status: str | None = Field(sa_type=PlainText)
    document: dict[str, Any] | None = Field(sa_type=JsonValue)


change_head = table_of(ChangeHead)
change_record = table_of(ChangeRecord)

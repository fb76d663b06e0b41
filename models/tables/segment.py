"""The table of segments.

A segment is a named group of customers, with the items meant for them, on one site.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class Segment(SQLModel, table=True):
    """A segment on one site.

    `name` and `description` map a BCP 47 language to text; `{}` means none.
    """

    __tablename__ = "segment"
    __table_args__ = (
        CheckConstraint("status IN ('ACTIVE', 'INACTIVE')", name="status"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "tenant", "site_code", "id"),
        Index(None, "tenant", "status", "id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    id: str = text_key()
    name: dict[str, str] = Field(sa_type=JsonValue)
    description: dict[str, str] = Field(sa_type=JsonValue)
    valid_from: datetime | None = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(sa_type=UtcDateTime)
    status: str = Field(sa_type=PlainText)
    site_code: str = Field(sa_type=PlainText)
    mixins: dict[str, Any] = Field(sa_type=JsonValue)
    mixin_schemas: dict[str, str] = Field(sa_type=JsonValue)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)


segment = table_of(Segment)

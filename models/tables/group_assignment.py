"""A group of customers in a segment."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class GroupAssignment(SQLModel, table=True):
    """It counts as an assignment of each customer of the group (behaviour D72)."""

    __tablename__ = "group_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "segment_id"], ["segment.tenant", "segment.id"]),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "tenant", "group_id", "segment_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    segment_id: str = text_key()
    group_id: str = text_key()
    mixins: dict[str, Any] = Field(sa_type=JsonValue)
    mixin_schemas: dict[str, str] = Field(sa_type=JsonValue)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)


group_assignment = table_of(GroupAssignment)

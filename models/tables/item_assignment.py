"""The assignment of a product or category to a segment."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class ItemAssignment(SQLModel, table=True):
    """A product or a category in a segment.

    `type` names the reference table of `item_id`.
    """

    __tablename__ = "item_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "segment_id"], ["segment.tenant", "segment.id"]),
        CheckConstraint("type IN ('PRODUCT', 'CATEGORY')", name="type"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "tenant", "type", "item_id", "segment_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    segment_id: str = text_key()
    type: str = text_key()
    item_id: str = text_key()
    mixins: dict[str, Any] = Field(sa_type=JsonValue)
    mixin_schemas: dict[str, str] = Field(sa_type=JsonValue)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)


item_assignment = table_of(ItemAssignment)

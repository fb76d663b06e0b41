"""The assignment of a customer to a segment.

The customer is in it for themselves (B2C) or on behalf of a legal entity (B2B).
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, literal_column, text
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key

NO_LEGAL_ENTITY: Final = ""
"""The `legal_entity_id` of a B2C row: keys cannot hold NULL."""
ASSIGNMENT_KEY: Final = ("segment_id", "customer_id", "legal_entity_id")
"""The columns that identify a row of the tenant; exclusions have the same."""
BY_LEGAL_ENTITY: Final = "ix_customer_assignment_tenant_legal_entity_id"
_HAS_LEGAL_ENTITY: Final = text("legal_entity_id <> ''")


class CustomerAssignment(SQLModel, table=True):
    """A customer in a segment.

    B2C and B2B rows of one customer may stand side by side (behaviour D35).
    """

    __tablename__ = "customer_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "segment_id"], ["segment.tenant", "segment.id"]),
        CheckConstraint("assignment_type IN ('MANUAL', 'AUTOMATIC')", name="assignment_type"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "tenant", "customer_id", "legal_entity_id", "segment_id"),
        Index(
            BY_LEGAL_ENTITY,
            "tenant",
            "legal_entity_id",
            postgresql_where=_HAS_LEGAL_ENTITY,
            sqlite_where=_HAS_LEGAL_ENTITY,
        ),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    segment_id: str = text_key()
    customer_id: str = text_key()
    legal_entity_id: str = text_key()
    assignment_type: str = Field(sa_type=PlainText)
    mixins: dict[str, Any] = Field(sa_type=JsonValue)
    mixin_schemas: dict[str, str] = Field(sa_type=JsonValue)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    modified_at: datetime = Field(sa_type=UtcDateTime)


customer_assignment = table_of(CustomerAssignment)
ON_BEHALF: Final = customer_assignment.c.legal_entity_id != literal_column("''")
"""The rows in the index `BY_LEGAL_ENTITY`. It serves only statements with the same condition in these
words."""

"""The change log: one numbered record for each change of a segment or an assignment."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Index, literal_column, text
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key

BLOCK_BITS: Final = 10
"""1,024 numbers in a row are a block, and the index of customers' changes is by blocks: the entries of one
transaction go to few of its pages. An index by customer alone has a page for each."""
_HAS_CUSTOMER: Final = text("customer_id IS NOT NULL")


class ChangeHead(SQLModel, table=True):
    """The number of a tenant's newest record. Locked last in a transaction, it puts commits in order.

    Records up to `floor` are deleted. Numbers of two epochs are not comparable. `writes` counts the
    transactions of clients that leave no record.
    """

    __tablename__ = "change_head"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    seq: int = Field(sa_type=BigInteger)
    floor: int = Field(sa_type=BigInteger)
    epoch: str = Field(sa_type=PlainText)
    at: datetime = Field(sa_type=UtcDateTime)
    writes: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class ChangeRecord(SQLModel, table=True):
    """`document` is the row's own document after the change; names of customers are not in it."""

    __tablename__ = "change"
    __table_args__ = (
        Index(
            "ix_change_tenant_block_customer_id",
            "tenant",
            text(f"(seq >> {BLOCK_BITS})"),
            "customer_id",
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
    group_id: str | None = Field(sa_type=PlainText)


change_head = table_of(ChangeHead)
change_record = table_of(ChangeRecord)


def block_of(seq: ColumnElement[int]) -> ColumnElement[int]:
    """The block of a record's number, as the index has it."""
    return seq.bitwise_rshift(literal_column(str(BLOCK_BITS), BigInteger))

"""The change log.

A head for each tenant, and one record for each change.
"""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "ix_change_tenant_customer_id_seq"


def upgrade() -> None:
    op.create_table(
        "change_head",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("floor", sa.BigInteger, nullable=False),
        sa.Column("epoch", PlainText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_change_head")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("type", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("customer_id", PlainText, nullable=True),
        sa.Column("legal_entity_id", PlainText, nullable=True),
        sa.Column("item_type", PlainText, nullable=True),
        sa.Column("item_id", PlainText, nullable=True),
        sa.Column("cause", PlainText, nullable=False),
        sa.Column("actor", PlainText, nullable=True),
        sa.Column("request_id", PlainText, nullable=True),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("previous_status", PlainText, nullable=True),
        sa.Column("document", JsonValue, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "seq", name=op.f("pk_change")),
        sqlite_with_rowid=False,
    )
    has_customer = sa.text("customer_id IS NOT NULL")
    op.create_index(
        op.f(INDEX),
        "change",
        ["tenant", "customer_id", "seq"],
        postgresql_where=has_customer,
        sqlite_where=has_customer,
    )


def downgrade() -> None:
    op.drop_table("change")
    op.drop_table("change_head")

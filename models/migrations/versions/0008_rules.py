"""Rules of segments, their exclusions and their dates.

The dates are those that the rules read.
"""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TO_SEGMENT = (["tenant", "segment_id"], ["segment.tenant", "segment.id"])


def upgrade() -> None:
    _create_rule_head()
    _create_segment_rule()
    _create_customer_exclusion()
    _create_customer_date()


def downgrade() -> None:
    for table in ("customer_date", "customer_exclusion", "segment_rule", "rule_head"):
        op.drop_table(table)


def _create_rule_head() -> None:
    op.create_table(
        "rule_head",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("rules", sa.BigInteger, nullable=False),
        sa.Column("has_work", sa.Boolean, nullable=False),
        sa.Column("is_stale", sa.Boolean, nullable=False),
        sa.Column("evaluated_to", UtcDateTime, nullable=False),
        sa.Column("lease_owner", PlainText, nullable=True),
        sa.Column("lease_until", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_rule_head")),
        sqlite_with_rowid=False,
    )


def _create_segment_rule() -> None:
    op.create_table(
        "segment_rule",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("condition", JsonValue, nullable=True),
        sa.Column("q", PlainText, nullable=True),
        sa.Column("subject", PlainText, nullable=False),
        sa.Column("time_zone", PlainText, nullable=False),
        sa.Column("state", PlainText, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("modified_at", UtcDateTime, nullable=False),
        sa.Column("built_customer_id", PlainText, nullable=True),
        sa.Column("built_legal_entity_id", PlainText, nullable=True),
        sa.Column("built_keys", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "segment_id", name=op.f("pk_segment_rule")),
        sa.ForeignKeyConstraint(*TO_SEGMENT, name=op.f("fk_segment_rule_segment")),
        sa.CheckConstraint("state IN ('BUILDING', 'ACTIVE', 'PAUSED')", name=op.f("ck_segment_rule_state")),
        sa.CheckConstraint(
            "subject IN ('CUSTOMER', 'CUSTOMER_OF_LEGAL_ENTITY')", name=op.f("ck_segment_rule_subject")
        ),
        sqlite_with_rowid=False,
    )


def _create_customer_exclusion() -> None:
    op.create_table(
        "customer_exclusion",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("customer_id", PlainText, nullable=False),
        sa.Column("legal_entity_id", PlainText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "segment_id", "customer_id", "legal_entity_id", name=op.f("pk_customer_exclusion")
        ),
        sa.ForeignKeyConstraint(*TO_SEGMENT, ondelete="CASCADE", name=op.f("fk_customer_exclusion_segment")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_exclusion_tenant_customer_id_legal_entity_id_segment_id"),
        "customer_exclusion",
        ["tenant", "customer_id", "legal_entity_id", "segment_id"],
    )


def _create_customer_date() -> None:
    op.create_table(
        "customer_date",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("path", PlainText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("customer_id", PlainText, nullable=False),
        sa.Column("legal_entity_id", PlainText, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "path", "at", "customer_id", "legal_entity_id", name=op.f("pk_customer_date")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_date_tenant_customer_id_legal_entity_id"),
        "customer_date",
        ["tenant", "customer_id", "legal_entity_id"],
    )

"""Groups of customers, their assignments to segments, and the records of those in the change log."""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_customer_group()
    _create_customer_group_member()
    _create_group_assignment()
    op.add_column("change", sa.Column("group_id", PlainText, nullable=True))


def downgrade() -> None:
    op.drop_column("change", "group_id")
    for table in ("group_assignment", "customer_group_member", "customer_group"):
        op.drop_table(table)


def _create_customer_group() -> None:
    op.create_table(
        "customer_group",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("name", JsonValue, nullable=False),
        sa.Column("user_type", PlainText, nullable=False),
        sa.Column("legal_entity_id", PlainText, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_customer_group")),
        sa.CheckConstraint("user_type IN ('CUSTOMER', 'EMPLOYEE')", name=op.f("ck_customer_group_user_type")),
        sqlite_with_rowid=False,
    )


def _create_customer_group_member() -> None:
    op.create_table(
        "customer_group_member",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("group_id", PlainText, nullable=False),
        sa.Column("customer_id", PlainText, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "group_id", "customer_id", name=op.f("pk_customer_group_member")),
        sa.ForeignKeyConstraint(
            ["tenant", "group_id"],
            ["customer_group.tenant", "customer_group.id"],
            name=op.f("fk_customer_group_member_customer_group"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_customer_group_member_tenant_customer_id_group_id"),
        "customer_group_member",
        ["tenant", "customer_id", "group_id"],
    )


def _create_group_assignment() -> None:
    op.create_table(
        "group_assignment",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("group_id", PlainText, nullable=False),
        sa.Column("mixins", JsonValue, nullable=False),
        sa.Column("mixin_schemas", JsonValue, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("modified_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "segment_id", "group_id", name=op.f("pk_group_assignment")),
        sa.ForeignKeyConstraint(
            ["tenant", "segment_id"],
            ["segment.tenant", "segment.id"],
            name=op.f("fk_group_assignment_segment"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_group_assignment_version")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_group_assignment_tenant_group_id_segment_id"),
        "group_assignment",
        ["tenant", "group_id", "segment_id"],
    )

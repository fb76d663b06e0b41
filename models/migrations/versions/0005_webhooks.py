"""Webhooks and their dead letters."""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_webhook()
    _create_webhook_dead_letter()


def downgrade() -> None:
    op.drop_table("webhook_dead_letter")
    op.drop_table("webhook")


def _create_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("name", PlainText, nullable=False),
        sa.Column("url", PlainText, nullable=False),
        sa.Column("types", JsonValue, nullable=True),
        sa.Column("segment_ids", JsonValue, nullable=True),
        sa.Column("format", PlainText, nullable=False),
        sa.Column("header_names", JsonValue, nullable=False),
        sa.Column("secrets", PlainText, nullable=False),
        sa.Column("rotates_until", UtcDateTime, nullable=True),
        sa.Column("status", PlainText, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("modified_at", UtcDateTime, nullable=False),
        sa.Column("epoch", PlainText, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("acknowledged", JsonValue, nullable=False),
        sa.Column("retries", JsonValue, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("replays", sa.BigInteger, nullable=False),
        sa.Column("lease_owner", PlainText, nullable=True),
        sa.Column("lease_fence", sa.BigInteger, nullable=False),
        sa.Column("lease_until", UtcDateTime, nullable=True),
        sa.Column("served_at", UtcDateTime, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("failing_since", UtcDateTime, nullable=True),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("delivered_at", UtcDateTime, nullable=True),
        sa.Column("last_error", PlainText, nullable=True),
        sa.Column("last_error_at", UtcDateTime, nullable=True),
        sa.Column("dead_letters", sa.BigInteger, nullable=False),
        sa.Column("test_requested_at", UtcDateTime, nullable=True),
        sa.Column("test_sent_at", UtcDateTime, nullable=True),
        sa.Column("test_status_code", sa.Integer, nullable=True),
        sa.Column("test_error", PlainText, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_webhook")),
        sqlite_with_rowid=False,
    )


def _create_webhook_dead_letter() -> None:
    op.create_table(
        "webhook_dead_letter",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("webhook_id", PlainText, nullable=False),
        sa.Column("epoch", PlainText, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("type", PlainText, nullable=False),
        sa.Column("reason", PlainText, nullable=False),
        sa.Column("status_code", sa.Integer, nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "webhook_id", "epoch", "seq", name=op.f("pk_webhook_dead_letter")),
        sqlite_with_rowid=False,
    )

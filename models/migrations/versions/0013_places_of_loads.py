"""The places of interrupted loads in their data files."""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "load_place",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("source", PlainText, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("digest", PlainText, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("rules", JsonValue, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", name="pk_load_place"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("load_place")

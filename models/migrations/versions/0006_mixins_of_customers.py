"""Mixins of customers and legal entities."""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("legal_entity", "customer")


def upgrade() -> None:
    # The default stays: neither database rewrites a row for it, and processes of the version before,
    # which do not know the column, can go on writing.
    for table in TABLES:
        op.add_column(table, sa.Column("mixins", JsonValue, nullable=False, server_default="{}"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "mixins")

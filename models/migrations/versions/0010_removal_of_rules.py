"""Rules that are removed in the background, with what becomes of their members."""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import PlainText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("segment_rule", sa.Column("removal", PlainText, nullable=True))


def downgrade() -> None:
    op.drop_column("segment_rule", "removal")

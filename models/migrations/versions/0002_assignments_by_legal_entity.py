"""An index of customer assignments by legal entity.

For the deletion of legal entities.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEX = "ix_customer_assignment_tenant_legal_entity_id"


def upgrade() -> None:
    on_behalf = sa.text("legal_entity_id <> ''")
    op.create_index(
        op.f(INDEX),
        "customer_assignment",
        ["tenant", "legal_entity_id"],
        postgresql_where=on_behalf,
        sqlite_where=on_behalf,
    )


def downgrade() -> None:
    op.drop_index(op.f(INDEX), "customer_assignment")

"""The index of customers' changes by blocks of numbers.

The entries of one transaction go to few pages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD = "ix_change_tenant_customer_id_seq"
NEW = "ix_change_tenant_block_customer_id"
HAS_CUSTOMER = sa.text("customer_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(op.f(OLD), "change")
    _create(NEW, ["tenant", sa.text("(seq >> 10)"), "customer_id"])


def downgrade() -> None:
    op.drop_index(op.f(NEW), "change")
    _create(OLD, ["tenant", "customer_id", "seq"])


def _create(name: str, columns: list[str | sa.TextClause]) -> None:
    op.create_index(op.f(name), "change", columns, postgresql_where=HAS_CUSTOMER, sqlite_where=HAS_CUSTOMER)

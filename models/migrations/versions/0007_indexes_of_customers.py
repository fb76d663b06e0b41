"""Indexes of customers by e-mail address and last name.

In the order of lists.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAMES = ("email", "last_name")


def upgrade() -> None:
    for name in NAMES:
        op.create_index(
            op.f(f"ix_customer_tenant_{name}_id"),
            "customer",
            ["tenant", name, "id"],
            postgresql_ops={name: "text_ops NULLS FIRST"},
        )


def downgrade() -> None:
    for name in NAMES:
        op.drop_index(op.f(f"ix_customer_tenant_{name}_id"), "customer")

"""The first tables: segments, assignments and reference data.

Responses show the reference data.
"""

import sqlalchemy as sa
from alembic import op

from models.tables.columns import JsonValue, PlainText, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_segment()
    _create_customer_assignment()
    _create_item_assignment()
    _create_legal_entity()
    _create_customer()
    _create_category()
    _create_product()


def downgrade() -> None:
    for table in (
        "product_category",
        "product",
        "category",
        "customer_legal_entity",
        "customer",
        "legal_entity",
        "item_assignment",
        "customer_assignment",
        "segment",
    ):
        op.drop_table(table)


def _create_segment() -> None:
    op.create_table(
        "segment",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("name", JsonValue, nullable=False),
        sa.Column("description", JsonValue, nullable=False),
        sa.Column("valid_from", UtcDateTime, nullable=True),
        sa.Column("valid_to", UtcDateTime, nullable=True),
        sa.Column("status", PlainText, nullable=False),
        sa.Column("site_code", PlainText, nullable=False),
        *_document_columns(),
        sa.CheckConstraint("status IN ('ACTIVE', 'INACTIVE')", name=op.f("ck_segment_status")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_segment_version")),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_segment")),
        sqlite_with_rowid=False,
    )
    _create_index("segment", "tenant", "site_code", "id")
    _create_index("segment", "tenant", "status", "id")


def _create_customer_assignment() -> None:
    op.create_table(
        "customer_assignment",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("customer_id", PlainText, nullable=False),
        sa.Column("legal_entity_id", PlainText, nullable=False),
        sa.Column("assignment_type", PlainText, nullable=False),
        *_document_columns(),
        sa.CheckConstraint(
            "assignment_type IN ('MANUAL', 'AUTOMATIC')",
            name=op.f("ck_customer_assignment_assignment_type"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_customer_assignment_version")),
        sa.ForeignKeyConstraint(
            ["tenant", "segment_id"],
            ["segment.tenant", "segment.id"],
            name=op.f("fk_customer_assignment_segment"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant", "segment_id", "customer_id", "legal_entity_id", name=op.f("pk_customer_assignment")
        ),
        sqlite_with_rowid=False,
    )
    _create_index("customer_assignment", "tenant", "customer_id", "legal_entity_id", "segment_id")


def _create_item_assignment() -> None:
    op.create_table(
        "item_assignment",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("segment_id", PlainText, nullable=False),
        sa.Column("type", PlainText, nullable=False),
        sa.Column("item_id", PlainText, nullable=False),
        *_document_columns(),
        sa.CheckConstraint("type IN ('PRODUCT', 'CATEGORY')", name=op.f("ck_item_assignment_type")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_item_assignment_version")),
        sa.ForeignKeyConstraint(
            ["tenant", "segment_id"],
            ["segment.tenant", "segment.id"],
            name=op.f("fk_item_assignment_segment"),
        ),
        sa.PrimaryKeyConstraint("tenant", "segment_id", "type", "item_id", name=op.f("pk_item_assignment")),
        sqlite_with_rowid=False,
    )
    _create_index("item_assignment", "tenant", "type", "item_id", "segment_id")


def _create_legal_entity() -> None:
    op.create_table(
        "legal_entity",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("name", PlainText, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_legal_entity")),
        sqlite_with_rowid=False,
    )


def _create_customer() -> None:
    op.create_table(
        "customer",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("first_name", PlainText, nullable=True),
        sa.Column("last_name", PlainText, nullable=True),
        sa.Column("email", PlainText, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_customer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "customer_legal_entity",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("customer_id", PlainText, nullable=False),
        sa.Column("legal_entity_id", PlainText, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "customer_id"],
            ["customer.tenant", "customer.id"],
            name=op.f("fk_customer_legal_entity_customer"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant", "customer_id", "legal_entity_id", name=op.f("pk_customer_legal_entity")
        ),
        sqlite_with_rowid=False,
    )
    _create_index("customer_legal_entity", "tenant", "legal_entity_id", "customer_id")


def _create_category() -> None:
    op.create_table(
        "category",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("parent_id", PlainText, nullable=True),
        sa.Column("code", PlainText, nullable=True),
        sa.Column("name", JsonValue, nullable=False),
        sa.Column("description", JsonValue, nullable=False),
        sa.Column("slug", JsonValue, nullable=False),
        sa.Column("ecn", JsonValue, nullable=False),
        sa.Column("valid_from", UtcDateTime, nullable=True),
        sa.Column("valid_to", UtcDateTime, nullable=True),
        sa.Column("position", sa.Integer, nullable=True),
        sa.Column("published", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_category")),
        sqlite_with_rowid=False,
    )
    _create_index("category", "tenant", "parent_id", "id")


def _create_product() -> None:
    op.create_table(
        "product",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("id", PlainText, nullable=False),
        sa.Column("code", PlainText, nullable=True),
        sa.Column("name", JsonValue, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_product")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_category",
        sa.Column("tenant", PlainText, nullable=False),
        sa.Column("product_id", PlainText, nullable=False),
        sa.Column("category_id", PlainText, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "product_id"],
            ["product.tenant", "product.id"],
            name=op.f("fk_product_category_product"),
        ),
        sa.PrimaryKeyConstraint("tenant", "product_id", "category_id", name=op.f("pk_product_category")),
        sqlite_with_rowid=False,
    )
    _create_index("product_category", "tenant", "category_id", "product_id")


def _document_columns() -> tuple[sa.Column[object], ...]:
    """Return the columns common to documents with mixins.

    There are three kinds of them.
    """
    return (
        sa.Column("mixins", JsonValue, nullable=False),
        sa.Column("mixin_schemas", JsonValue, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("modified_at", UtcDateTime, nullable=False),
    )


def _create_index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))

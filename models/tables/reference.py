"""Reference data: the customers, legal entities, groups, products and categories that responses show.

The shop owns these; the gateway keeps a copy. An assignment may point at an id that is
not here (behaviour D38), so assignments carry no foreign key to these tables.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key

MISSING_FIRST: Final = "text_ops NULLS FIRST"
"""The order of lists, which is SQLite's own (behaviour D20)."""


def mixins_column() -> Any:
    """Attributes that the shop defines; without any where a process of an older version writes the row."""
    return Field(sa_type=JsonValue, sa_column_kwargs={"server_default": "{}"})


class LegalEntity(SQLModel, table=True):
    """A company that customers may act for."""

    __tablename__ = "legal_entity"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    id: str = text_key()
    name: str | None = Field(sa_type=PlainText)
    mixins: dict[str, Any] = mixins_column()


class Customer(SQLModel, table=True):
    """A person who buys."""

    __tablename__ = "customer"
    __table_args__ = (
        *(
            Index(None, "tenant", name, "id", postgresql_ops={name: MISSING_FIRST})
            for name in ("email", "last_name")
        ),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    id: str = text_key()
    first_name: str | None = Field(sa_type=PlainText)
    last_name: str | None = Field(sa_type=PlainText)
    email: str | None = Field(sa_type=PlainText)
    mixins: dict[str, Any] = mixins_column()


class CustomerLegalEntity(SQLModel, table=True):
    """Who may act for whom."""

    __tablename__ = "customer_legal_entity"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "customer_id"], ["customer.tenant", "customer.id"]),
        Index(None, "tenant", "legal_entity_id", "customer_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    customer_id: str = text_key()
    legal_entity_id: str = text_key()


class CustomerGroup(SQLModel, table=True):
    """A group of customers, or of the shop's employees; with a legal entity, of those who act for it."""

    __tablename__ = "customer_group"
    __table_args__ = (
        CheckConstraint("user_type IN ('CUSTOMER', 'EMPLOYEE')", name="user_type"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    id: str = text_key()
    name: dict[str, str] = Field(sa_type=JsonValue)
    user_type: str = Field(sa_type=PlainText)
    legal_entity_id: str | None = Field(sa_type=PlainText)


class CustomerGroupMember(SQLModel, table=True):
    """Which customer is in which group; the customer need not be known."""

    __tablename__ = "customer_group_member"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "group_id"], ["customer_group.tenant", "customer_group.id"]),
        Index(None, "tenant", "customer_id", "group_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    group_id: str = text_key()
    customer_id: str = text_key()


class Category(SQLModel, table=True):
    """A node of the shop's category forest; `parent_id` is NULL for a root.

    The parent need not be known: data arrives in any order, and a tree starts
    where the known ancestors end.
    """

    __tablename__ = "category"
    __table_args__ = (Index(None, "tenant", "parent_id", "id"), CLUSTERED)

    tenant: str = tenant_key()
    id: str = text_key()
    parent_id: str | None = Field(sa_type=PlainText)
    code: str | None = Field(sa_type=PlainText)
    name: dict[str, str] = Field(sa_type=JsonValue)
    description: dict[str, str] = Field(sa_type=JsonValue)
    slug: dict[str, str] = Field(sa_type=JsonValue)
    ecn: list[str] = Field(sa_type=JsonValue)
    valid_from: datetime | None = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(sa_type=UtcDateTime)
    position: int | None = Field(sa_type=Integer)
    published: bool | None


class Product(SQLModel, table=True):
    """Something to buy."""

    __tablename__ = "product"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    id: str = text_key()
    code: str | None = Field(sa_type=PlainText)
    name: dict[str, str] = Field(sa_type=JsonValue)


class ProductCategory(SQLModel, table=True):
    """Which product is directly in which category."""

    __tablename__ = "product_category"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "product_id"], ["product.tenant", "product.id"]),
        Index(None, "tenant", "category_id", "product_id"),
        CLUSTERED,
    )

    tenant: str = tenant_key()
    product_id: str = text_key()
    category_id: str = text_key()


legal_entity = table_of(LegalEntity)
customer = table_of(Customer)
customer_legal_entity = table_of(CustomerLegalEntity)
customer_group = table_of(CustomerGroup)
customer_group_member = table_of(CustomerGroupMember)
category = table_of(Category)
product = table_of(Product)
product_category = table_of(ProductCategory)

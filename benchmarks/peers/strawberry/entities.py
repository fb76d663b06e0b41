"""The tables as SQLModel entities, with the types that its documentation uses."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Segment(SQLModel, table=True):
    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: dict[str, str] = Field(sa_column=Column(JSONB))
    description: dict[str, str] = Field(sa_column=Column(JSONB))
    valid_from: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    valid_to: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    status: str
    site_code: str
    mixins: dict[str, Any] = Field(sa_column=Column(JSONB))
    mixin_schemas: dict[str, str] = Field(sa_column=Column(JSONB))
    version: int
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True)))
    modified_at: datetime = Field(sa_column=Column(DateTime(timezone=True)))


class CustomerAssignment(SQLModel, table=True):
    __tablename__ = "customer_assignment"

    tenant: str = Field(primary_key=True)
    segment_id: str = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    legal_entity_id: str = Field(primary_key=True)
    assignment_type: str


class ItemAssignment(SQLModel, table=True):
    __tablename__ = "item_assignment"

    tenant: str = Field(primary_key=True)
    segment_id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)


class Customer(SQLModel, table=True):
    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    first_name: str | None
    last_name: str | None
    email: str | None


class LegalEntity(SQLModel, table=True):
    __tablename__ = "legal_entity"

    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str | None


class Product(SQLModel, table=True):
    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    code: str | None
    name: dict[str, str] = Field(sa_column=Column(JSONB))


class Category(SQLModel, table=True):
    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    code: str | None
    name: dict[str, str] = Field(sa_column=Column(JSONB))

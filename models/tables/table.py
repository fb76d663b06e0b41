"""The keys and metadata common to all tables."""

from typing import Any, cast

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from models.tables.columns import PlainText

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata

CLUSTERED = {"sqlite_with_rowid": False}
"""Keep SQLite rows in key order, so that the children of one parent lie together."""


def tenant_key() -> Any:
    """Return the tenant's column, the first of every key.

    Rows of two tenants never meet, and tables distribute by it.
    """
    return Field(primary_key=True, sa_type=PlainText)


def text_key() -> Any:
    """Return a further column of a primary key."""
    return Field(primary_key=True, sa_type=PlainText)


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a SQLModel class.

    Statements are written against it.
    """
    return cast(Table, model.__table__)  # type: ignore[attr-defined]  # set by SQLModel's metaclass

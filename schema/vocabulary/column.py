"""Fields that show a column of their type's row as it is."""

from enum import Enum
from typing import Any

import strawberry

from schema.vocabulary.declaration import ShownColumn, declared


def column(name: str, description: str, *, graphql_name: str | None = None) -> Any:
    """A field of a type with a `row`; null where the row, or its column, is not known."""

    def resolve(root: Any) -> Any:
        return root.row.get(name)

    return strawberry.field(
        resolver=resolve,
        name=graphql_name,
        description=description,
        metadata=declared(ShownColumn(name)),
    )


def mixins_column(description: str) -> Any:
    """A field that shows the column `mixins`; `{}` where the row, or the column, is not known."""

    def resolve(root: Any) -> Any:
        return root.row.get("mixins") or {}

    return strawberry.field(
        resolver=resolve,
        description=description,
        metadata=declared(ShownColumn("mixins", unknown="{}")),
    )


def enum_column(name: str, values: type[Enum], description: str) -> Any:
    """The same for a column that holds the name of one of the values."""

    def resolve(root: Any) -> Any:
        return values[root.row[name]]

    return strawberry.field(resolver=resolve, description=description, metadata=declared(ShownColumn(name)))

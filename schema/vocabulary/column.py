"""Fields that show a column of their row."""

from enum import Enum
from typing import Any

import strawberry

from schema.vocabulary.declaration import ShownColumn, declared


def column(name: str, description: str, *, graphql_name: str | None = None) -> Any:
    """A field for a column; null where it is unknown."""

    def resolve(root: Any) -> Any:
        return root.row.get(name)

    return strawberry.field(
        resolver=resolve,
        name=graphql_name,
        description=description,
        metadata=declared(ShownColumn(name)),
    )


def mixins_column(description: str) -> Any:
    """A field for the column `mixins`; `{}` where it is unknown."""

    def resolve(root: Any) -> Any:
        return root.row.get("mixins") or {}

    return strawberry.field(
        resolver=resolve,
        description=description,
        metadata=declared(ShownColumn("mixins", unknown="{}")),
    )


def enum_column(name: str, values: type[Enum], description: str) -> Any:
    """A field for a column with names of enum values.

    It is null if it is unknown.
    """

    def resolve(root: Any) -> Any:
        return values[root.row[name]]

    return strawberry.field(resolver=resolve, description=description, metadata=declared(ShownColumn(name)))

"""Fields that show a column of their type's row as it is."""

from enum import Enum
from typing import Any

import strawberry


def column(name: str, description: str, *, graphql_name: str | None = None) -> Any:
    """A field of a type with a `row`; null where the row, or its column, is not known."""

    def resolve(root: Any) -> Any:
        return root.row.get(name)

    return strawberry.field(
        resolver=resolve,
        name=graphql_name,
        description=description,
        metadata={"columns": (name,), "column": name},
    )


def mixins_column(description: str) -> Any:
    """A field that shows the column `mixins`; `{}` where the row, or the column, is not known."""

    def resolve(root: Any) -> Any:
        return root.row.get("mixins") or {}

    return strawberry.field(
        resolver=resolve,
        description=description,
        metadata={"columns": ("mixins",), "column": "mixins", "unknown": "{}"},
    )


def enum_column(name: str, values: type[Enum], description: str) -> Any:
    """The same for a column that holds the name of one of the values."""

    def resolve(root: Any) -> Any:
        return values[root.row[name]]

    return strawberry.field(
        resolver=resolve, description=description, metadata={"columns": (name,), "column": name}
    )

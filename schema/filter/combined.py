"""Converts `where` to filter trees, `orderBy` to orders."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Protocol

from models.filter.catalogue import Catalogue
from models.filter.tree import And, Condition, Not, Or, Path
from models.sql.ordering import Order
from schema.vocabulary.enums import OrderDirection


class ValueFilter(Protocol):
    """A filter on one value."""

    def conditions(self, path: Path) -> Iterable[Condition]: ...


class Nested(Protocol):
    """A `where` inside a `where`."""

    def condition(self) -> Condition: ...


def filter_values(where: object, catalogue: Catalogue) -> dict[Path, ValueFilter | None]:
    """The members of a `where` by path.

    Each member has the name of its column.
    """
    paths = {field.column.name: field.path for field in catalogue.fields}
    names = [member.name for member in fields(where) if member.name in paths]  # type: ignore[arg-type]
    return {paths[name]: getattr(where, name) for name in names}


def combined(
    values: Mapping[Path, ValueFilter | None],
    and_: Sequence[Nested] | None,
    or_: Sequence[Nested] | None,
    not_: Nested | None,
) -> Condition:
    """The condition of a `where` from its members.

    An empty `where` matches everything.
    """
    parts = [part for path, value in values.items() if value for part in value.conditions(path)]
    if and_ is not None:
        parts += [part.condition() for part in and_]
    if or_ is not None:
        parts.append(Or(tuple(part.condition() for part in or_)))
    if not_ is not None:
        parts.append(Not(not_.condition()))
    return And(tuple(parts))


def order_by(field: Enum, direction: OrderDirection) -> Order:
    """The order by a field.

    The value of the enum member is the field's path.
    """
    return Order(tuple(field.value.split(".")), descending=direction is OrderDirection.DESC)

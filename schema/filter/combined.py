"""From the members of a `where` to a filter tree, and from an `orderBy` to an order."""

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
    """The members of a `where` by path; each has the name of the column that it looks at."""
    paths = {field.column.name: field.path for field in catalogue.fields}
    names = [member.name for member in fields(where) if member.name in paths]  # type: ignore[arg-type]
    return {paths[name]: getattr(where, name) for name in names}


def combined(
    values: Mapping[Path, ValueFilter | None],
    and_: Sequence[Nested] | None,
    or_: Sequence[Nested] | None,
    not_: Nested | None,
) -> Condition:
    """All that the members of one `where` ask for; an empty one asks for nothing."""
    parts = [part for path, value in values.items() if value for part in value.conditions(path)]
    if and_ is not None:
        parts += [part.condition() for part in and_]
    if or_ is not None:
        parts.append(Or(tuple(part.condition() for part in or_)))
    if not_ is not None:
        parts.append(Not(not_.condition()))
    return And(tuple(parts))


def order_by(field: Enum, direction: OrderDirection) -> Order:
    """Sorting by a field whose value is its path."""
    return Order(tuple(field.value.split(".")), descending=direction is OrderDirection.DESC)

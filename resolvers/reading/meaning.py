"""The cached meaning of a list query.

It is kept with the query object, because many queries repeat.
"""

from dataclasses import dataclass, replace

from models.filter.catalogue import Catalogue
from models.filter.shape import Shape, shape_of
from models.filter.tree import with_paths
from models.sql.ordering import Order, shape_of_orders
from resolvers.reading.page import ListQuery


@dataclass(frozen=True, slots=True)
class Meaning:
    """A canonical query, separated into shape and values."""

    query: ListQuery
    filter: Shape
    """Its values are those of the filter and of the orders."""
    orders: tuple[Order, ...]
    has_mixins: bool
    """Whether clients chose names under `mixins`, in the filter or in the orders."""

    @property
    def conditions(self) -> int:
        """The number of conditions and orders."""
        return self.filter.conditions + len(self.orders)


def meaning_of(query: ListQuery, catalogue: Catalogue) -> Meaning:
    """The meaning of a query in a catalogue.

    It raises no errors: an invalid part stays in the shape.
    """
    meaning = query.meanings.get(catalogue.name)
    if meaning is None:
        meaning = query.meanings[catalogue.name] = _meaning(query, catalogue)
    return meaning


def _meaning(query: ListQuery, catalogue: Catalogue) -> Meaning:
    canonical = _canonical(query, catalogue)
    filter_ = shape_of(canonical.condition, catalogue)
    orders, names = shape_of_orders(canonical.orders, catalogue)
    if names.values:
        filter_ = replace(filter_, values={**filter_.values, **names.values})
    return Meaning(canonical, filter_, orders, filter_.has_mixins or names.has_mixins)


def _canonical(query: ListQuery, catalogue: Catalogue) -> ListQuery:
    """The query with canonical language tags in its paths.

    So queries that differ in the case of tags have the same statement and cursors.
    """
    orders = tuple([Order(catalogue.canonical(order.path), order.descending) for order in query.orders])
    condition = query.condition and with_paths(query.condition, catalogue.canonical)
    if orders == query.orders and condition is query.condition:
        return query
    return replace(query, orders=orders, condition=condition)

"""Looking up reference data by id, many ids at a time."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select

from models.sql.keys import is_one_of
from models.sql.prepared import Row
from models.sql.probe import has_row
from models.sql.selection import Wanted, selected
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import (
    category,
    customer,
    customer_group,
    customer_legal_entity,
    legal_entity,
    product,
)
from resolvers.access import OWN_CUSTOMER, TENANT, Reader
from resolvers.category_tree import branches
from resolvers.membership import groups_of
from resolvers.reading.assigned import assigned_categories, is_assigned, is_assigned_product
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.values.text import require_short
from resolvers.visibility import reads_something, sees_all, visible_segment_ids, writes_beyond_own_view


async def references_by_id(
    reader: Reader, table: Table, ids: Collection[str], *, columns: Collection[Wanted] = ()
) -> dict[str, Row]:
    """Rows of a reference table by id, for ids that the caller has from rows they may see or have written.

    Missing are unknown ids, and those that the caller could not read by themselves. All columns,
    unless some are named.
    """
    if not reads_something(reader):
        return {}
    known_visible = not writes_beyond_own_view(reader.caller)
    return await rows_by_key(reader, BY_ID[table], ids, columns=columns, known_visible=known_visible)


class Lookup(Protocol):
    """A batch function: rows by id, with all columns, unless some are named."""

    def __call__(
        self, reader: Reader, ids: Collection[str], /, *, columns: Collection[Wanted] = ()
    ) -> Awaitable[dict[str, Row]]: ...


def lookup(table: Table) -> Lookup:
    """`references_by_id` of one table."""
    return lambda reader, ids, /, *, columns=(): references_by_id(reader, table, ids, columns=columns)


async def visible_references_by_id(
    reader: Reader, table: Table, ids: Collection[str], *, columns: Collection[Wanted] = ()
) -> dict[str, Row]:
    """Rows of a reference table by id, as far as the caller may see them.

    The own view sees the caller, their legal entities, and what their segments lead to. Raises
    InvalidArgument for an id that is too long.
    """
    sees_all(reader)
    require_short(ids, ("id",))
    return await rows_by_key(reader, BY_ID[table], ids, columns=columns)


def visible_lookup(table: Table) -> Lookup:
    """`visible_references_by_id` of one table."""
    return lambda reader, ids, /, *, columns=(): visible_references_by_id(reader, table, ids, columns=columns)


async def legal_entities_of_customers(
    reader: Reader, customer_ids: Collection[str], /, *, columns: Collection[Wanted] = ()
) -> dict[str, list[Row]]:
    """The legal entities that each customer may act for, by id; unknown ones have only their id.

    All columns, unless some are named. In the own view only the caller has any.
    """
    links = customer_legal_entity.c
    names = frozenset(columns or legal_entity.c.keys()) - {"id", "tenant"}

    def build() -> Select[Any]:
        has_row = and_(legal_entity.c.tenant == links.tenant, legal_entity.c.id == links.legal_entity_id)
        known_columns = selected(legal_entity, names, reader.snapshot.dialect) if names else ()
        return (
            select(links.customer_id, links.legal_entity_id.label("id"), *known_columns)
            .select_from(customer_legal_entity.outerjoin(legal_entity, has_row))
            .where(links.tenant == TENANT, is_one_of(links.customer_id, reader.snapshot.dialect))
            .order_by(links.customer_id, links.legal_entity_id)
        )

    entities: dict[str, list[Row]] = {customer_id: [] for customer_id in customer_ids}
    if not reads_something(reader):
        return entities
    visible = customer_ids if sees_all(reader) else {reader.caller.customer_id} & set(customer_ids)
    if not visible:
        return entities
    statement = reader.prepared(("legal entities of customers", names), build)
    for row in await reader.rows(statement, keys=sorted(visible)):
        entities[row["customer_id"]].append(row)
    return entities


def _is_own_product(reader: Reader) -> ColumnElement[bool]:
    """Whether a segment that the caller sees holds the product."""
    return is_assigned_product(product.c.id, visible_segment_ids(reader))


def _is_own_category(reader: Reader) -> ColumnElement[bool]:
    """Whether a segment that the caller sees holds the category or one below it."""
    segments = visible_segment_ids(reader)
    return or_(
        is_assigned("CATEGORY", category.c.id, segments),
        and_(_has_subcategories(category.c.id), category.c.id.in_(_branches(segments))),
    )


def _is_own_legal_entity(legal_entity_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the customer may act for it, or is assigned to a segment on behalf of it."""
    return or_(
        *(
            has_row(
                select(links.c.legal_entity_id)
                .where(
                    links.c.tenant == TENANT,
                    links.c.customer_id == OWN_CUSTOMER,
                    links.c.legal_entity_id == legal_entity_id,
                )
                .correlate_except(links)
            )
            for links in (customer_legal_entity, customer_assignment)
        )
    )


def _has_subcategories(category_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether it is the parent of a category: without, an ancestor of an assigned one it cannot be."""
    children = category.alias("subcategory")
    return has_row(
        select(children.c.id)
        .where(children.c.tenant == TENANT, children.c.parent_id == category_id)
        .correlate_except(children)
    )


def _branches(segments: Select[Any]) -> Select[Any]:
    """The ids of the categories that are assigned to one of the segments, and of all their ancestors."""
    return select(branches(assigned_categories(segments).cte("assigned")).c.id)


_IN_OWN_VIEW: Final[Mapping[Table, Callable[[Reader], ColumnElement[bool]]]] = {
    customer: lambda _: customer.c.id == OWN_CUSTOMER,
    legal_entity: lambda _: _is_own_legal_entity(legal_entity.c.id),
    customer_group: lambda reader: customer_group.c.id.in_(groups_of(reader, OWN_CUSTOMER)),
    product: _is_own_product,
    category: _is_own_category,
}
BY_ID: Final = {table: KeyedRows(table, ("id",), condition) for table, condition in _IN_OWN_VIEW.items()}

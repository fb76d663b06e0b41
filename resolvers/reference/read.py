"""Looking up reference data by id, many ids at a time."""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import ColumnElement, Table, and_, or_, select, true

from models.customer_assignment import customer_assignment
from models.item_assignment import item_assignment
from models.keys import is_one_of
from models.reference import (
    category,
    customer,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from models.session import Row
from resolvers.access import Reader
from resolvers.category_tree import branches
from resolvers.visibility import own_customer_id, sees_all, visible_item_assignments


async def known_ids(reader: Reader, table: Table, ids: Collection[str]) -> set[str]:
    """Which of the ids the reference table knows."""
    return set(await references_by_id(reader, table, ids, columns=("id",)))


async def references_by_id(
    reader: Reader, table: Table, ids: Collection[str], *, columns: Collection[str] = ()
) -> dict[str, Row]:
    """Rows of a reference table by id, for ids that the caller has from rows they may see.

    Unknown ids are missing. All columns, unless some are named.
    """
    return await _rows(reader, table, ids, columns, visible=true())


def lookup(table: Table) -> Callable[[Reader, Collection[str]], Awaitable[dict[str, Row]]]:
    """`references_by_id` of one table, as a batch function."""
    return lambda reader, ids: references_by_id(reader, table, ids)


async def visible_references_by_id(
    reader: Reader, table: Table, ids: Collection[str], *, columns: Collection[str] = ()
) -> dict[str, Row]:
    """Rows of a reference table by id, as far as the caller may see them.

    The own view sees the caller, their legal entities, and what their segments lead to.
    """
    visible = true() if sees_all(reader) else _linked_to_own(reader, table)
    return await _rows(reader, table, ids, columns, visible)


def visible_lookup(table: Table) -> Callable[[Reader, Collection[str]], Awaitable[dict[str, Row]]]:
    """`visible_references_by_id` of one table, as a batch function."""
    return lambda reader, ids: visible_references_by_id(reader, table, ids)


async def legal_entities_of_customers(reader: Reader, customer_ids: Collection[str]) -> dict[str, list[Row]]:
    """The legal entities that each customer may act for, by id; unknown ones have only their id."""
    links = customer_legal_entity.c
    known = and_(legal_entity.c.tenant == links.tenant, legal_entity.c.id == links.legal_entity_id)
    rows = await reader.snapshot.rows(
        select(links.customer_id, links.legal_entity_id.label("id"), legal_entity.c.name)
        .select_from(customer_legal_entity.outerjoin(legal_entity, known))
        .where(
            links.tenant == reader.tenant,
            is_one_of(links.customer_id, sorted(customer_ids), reader.snapshot.dialect),
        )
        .order_by(links.customer_id, links.legal_entity_id)
    )
    found: dict[str, list[Row]] = {customer_id: [] for customer_id in customer_ids}
    for row in rows:
        found[row["customer_id"]].append(row)
    return found


async def _rows(
    reader: Reader,
    table: Table,
    ids: Collection[str],
    columns: Collection[str],
    visible: ColumnElement[bool],
) -> dict[str, Row]:
    if not ids:
        return {}
    wanted = [table.c[name] for name in sorted({"id", *columns})] if columns else list(table.c)
    rows = await reader.snapshot.rows(
        select(*wanted).where(
            table.c.tenant == reader.tenant,
            is_one_of(table.c.id, sorted(ids), reader.snapshot.dialect),
            visible,
        )
    )
    return {row["id"]: row for row in rows}


def _linked_to_own(reader: Reader, table: Table) -> ColumnElement[bool]:
    """Of a reference row: whether the own view leads to it."""
    customer_id = own_customer_id(reader)
    if table is customer:
        return customer.c.id == customer_id
    if table is legal_entity:
        linked = [
            select(links.c.legal_entity_id).where(
                links.c.tenant == reader.tenant, links.c.customer_id == customer_id
            )
            for links in (customer_legal_entity, customer_assignment)
        ]
        return or_(*(legal_entity.c.id.in_(ids) for ids in linked))
    assigned = select(item_assignment.c.item_id.label("id")).where(
        item_assignment.c.tenant == reader.tenant, visible_item_assignments(reader)
    )
    categories = assigned.where(item_assignment.c.type == "CATEGORY")
    if table is product:
        in_category = select(product_category.c.product_id).where(
            product_category.c.tenant == reader.tenant, product_category.c.category_id.in_(categories)
        )
        products = assigned.where(item_assignment.c.type == "PRODUCT")
        return or_(product.c.id.in_(products), product.c.id.in_(in_category))
    if table is category:
        return category.c.id.in_(select(branches(reader, categories.cte("assigned")).c.id))
    raise AssertionError(f"no own view of {table.name}")

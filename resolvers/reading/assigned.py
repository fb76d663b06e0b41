"""Conditions on assigned products and categories."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from models.sql.probe import OrderedJoin, has_row, is_member
from models.tables.item_assignment import item_assignment
from models.tables.reference import product_category
from resolvers.access import TENANT


def is_assigned(item_type: str, item_id: ColumnElement[str], segments: Select[Any]) -> ColumnElement[bool]:
    """Whether an item is assigned to one of the segments.

    `segments` selects the ids of segments. Only the item's own assignments count.
    """
    rows = item_assignment.c
    return has_row(
        select(rows.item_id)
        .where(
            rows.tenant == TENANT,
            rows.type == item_type,
            rows.item_id == item_id,
            is_member(rows.segment_id, segments),
        )
        .correlate_except(item_assignment)
    )


def is_assigned_product(product_id: ColumnElement[str], segments: Select[Any]) -> ColumnElement[bool]:
    """Whether a product is assigned to one of the segments.

    It is assigned by itself or through a category that it is directly in.
    """
    links = product_category.c
    by_category = has_row(
        select(links.category_id)
        .where(
            links.tenant == TENANT,
            links.product_id == product_id,
            is_assigned("CATEGORY", links.category_id, segments),
        )
        .correlate_except(product_category)
    )
    return or_(is_assigned("PRODUCT", product_id, segments), by_category)


def assigned_categories(segments: Select[Any]) -> Select[Any]:
    """The ids of the categories assigned to the segments.

    `segments` selects the `id` of segments.
    """
    rows = item_assignment.c
    selected = segments.subquery("chosen")
    of_segment = and_(rows.tenant == TENANT, rows.segment_id == selected.c.id, rows.type == "CATEGORY")
    source = OrderedJoin(selected, item_assignment, of_segment)
    return select(rows.item_id.label("id")).select_from(source).distinct()

"""Which segments a customer is in: by their own assignments, and by those of their groups.

A group's assignment counts as an assignment of each of its customers on behalf of the group's legal
entity, or of none (behaviour D72). `direct` and `by_group` are those two ways.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, true

from models.sql.probe import OrderedJoin, has_row
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.reference import customer_group, customer_group_member, customer_legal_entity
from models.tables.segment import segment
from resolvers.access import CHOSEN_LEGAL_ENTITY, OWN_LEGAL_ENTITY, TENANT, Reader
from resolvers.caller import Scope

OfCustomer = str | ColumnElement[str]


class Membership(StrEnum):
    """How a customer is in a segment."""

    DIRECT = "DIRECT"
    """By an assignment of the customer, whether there are groups or not."""
    GROUP = "GROUP"
    """By assignments of groups alone."""


def has_customer(reader: Reader, customer_id: OfCustomer) -> ColumnElement[bool]:
    """Of a segment: whether the customer is in it. Segments are found by this."""
    return segment.c.id.in_(direct(reader, customer_id).union_all(by_group(reader, customer_id)))


def is_segment_of_customer(reader: Reader, customer_id: OfCustomer) -> ColumnElement[bool]:
    """The same of segments that are found by something else: one lookup for each, or two."""
    is_direct = direct(reader, customer_id).where(customer_assignment.c.segment_id == segment.c.id)
    is_by_group = by_group(reader, customer_id).where(group_assignment.c.segment_id == segment.c.id)
    return or_(has_row(is_direct), has_row(is_by_group))


def direct(reader: Reader, customer_id: OfCustomer) -> Select[Any]:
    """The ids of the segments that the customer is assigned to."""
    return (
        select(customer_assignment.c.segment_id)
        .where(customer_assignment.c.tenant == TENANT, is_customers(reader, customer_id))
        .correlate_except(customer_assignment)
    )


def by_group(reader: Reader, customer_id: OfCustomer) -> Select[Any]:
    """The ids of the segments that the customer's groups are assigned to."""
    members, rows = customer_group_member.c, group_assignment.c
    of_group = and_(rows.tenant == TENANT, rows.group_id == members.group_id)
    return _groups_of(
        reader, customer_id, OrderedJoin(_MEMBERS, group_assignment, of_group)
    ).with_only_columns(rows.segment_id)


def groups_of(reader: Reader, customer_id: OfCustomer) -> Select[Any]:
    """The ids of the customer's groups that count for whom they act for."""
    return _groups_of(reader, customer_id, _MEMBERS)


_MEMBERS = OrderedJoin(
    customer_group_member,
    customer_group,
    and_(
        customer_group.c.tenant == TENANT,
        customer_group.c.id == customer_group_member.c.group_id,
        customer_group.c.user_type == literal_column("'CUSTOMER'"),
    ),
)
"""Who is in which group of customers. A group of employees is never assigned, and would count for nobody."""


def _groups_of(reader: Reader, customer_id: OfCustomer, source: OrderedJoin) -> Select[Any]:
    members = customer_group_member.c
    of_entity = func.coalesce(customer_group.c.legal_entity_id, NO_LEGAL_ENTITY)
    return (
        select(members.group_id)
        .select_from(source)
        .where(
            members.tenant == TENANT,
            members.customer_id == customer_id,
            _counts_for(reader, customer_id, of_entity),
        )
        .correlate_except(customer_group_member, customer_group, group_assignment)
    )


def is_customers(reader: Reader, customer_id: OfCustomer) -> ColumnElement[bool]:
    """Of a customer assignment: whether it is the customer's, on behalf of whom they act."""
    rows = customer_assignment.c
    return and_(rows.customer_id == customer_id, _counts_for(reader, customer_id, rows.legal_entity_id))


def _counts_for(
    reader: Reader, customer_id: OfCustomer, legal_entity_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """Of what is on behalf of a legal entity: whether it counts for whom the customer acts (behaviour D39).

    In the own view the token's legal entity wins; a chosen one counts only for a customer who has
    several. What is on behalf of nobody belongs to every view.
    """
    if not reader.caller.has(Scope.READ) and reader.caller.legal_entity_id is not None:
        return legal_entity_id.in_([NO_LEGAL_ENTITY, OWN_LEGAL_ENTITY])
    if reader.chosen_legal_entity_id is not None:
        is_chosen = legal_entity_id.in_([NO_LEGAL_ENTITY, CHOSEN_LEGAL_ENTITY])
        return or_(is_chosen, _legal_entities_of(customer_id) <= 1)
    return true()


def _legal_entities_of(customer_id: OfCustomer) -> ColumnElement[int]:
    """How many legal entities the customer has: as reference data says, else as their assignments do."""
    conditions = (
        select(func.count())
        .select_from(customer_legal_entity)
        .where(
            customer_legal_entity.c.tenant == TENANT,
            customer_legal_entity.c.customer_id == customer_id,
        )
        .correlate_except(customer_legal_entity)
        .scalar_subquery()
    )
    assignments = customer_assignment.alias("assignment_of_customer")
    assigned = (
        select(func.count(assignments.c.legal_entity_id.distinct()))
        .where(
            assignments.c.tenant == TENANT,
            assignments.c.customer_id == customer_id,
            assignments.c.legal_entity_id != NO_LEGAL_ENTITY,
        )
        .correlate_except(assignments)
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(conditions, 0), assigned)

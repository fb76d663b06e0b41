"""What a caller may see, as conditions on the rows that a statement chooses from.

`segment_read` sees all of the tenant. `segment_read_own` sees the *own view*: the caller's own
assignments, and the active segments that they lead to (behaviour D39).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from models.sql.prepared import Row
from models.sql.probe import ONE, has_row
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import customer_legal_entity
from models.tables.segment import segment
from resolvers.access import CHOSEN_LEGAL_ENTITY, NOW, OWN_CUSTOMER, OWN_LEGAL_ENTITY, TENANT, Reader
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy


def sees_all(reader: Reader) -> bool:
    """Whether the caller reads the whole tenant. Raises Forbidden without either reading scope."""
    if reader.caller.has(Scope.READ):
        return True
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    return False


def reads_something(reader: Reader) -> bool:
    """Whether the caller reads the whole tenant, or as a customer their own view."""
    return reader.caller.has(Scope.READ) or reader.caller.has_own_view


def writes_beyond_own_view(reader: Reader) -> bool:
    """Whether the caller may hold rows outside their own view, because they have written them.

    Rows that were read lead only to what may be seen; links of written ones have to be looked at.
    """
    return reader.caller.has(Scope.MANAGE) and not reader.caller.has(Scope.READ)


def is_active(reader: Reader) -> ColumnElement[bool]:
    """Of a segment: whether it is active (behaviour D28)."""
    conditions = [segment.c.status == "ACTIVE"]
    if reader.policy.enforce_validity:
        conditions += [
            or_(segment.c.valid_from.is_(None), segment.c.valid_from <= NOW),
            or_(segment.c.valid_to.is_(None), segment.c.valid_to > NOW),
        ]
    return and_(*conditions)


def is_active_row(row: Row, policy: Policy, now: datetime) -> bool:
    """The same of a segment's row that has been read."""
    if row["status"] != "ACTIVE":
        return False
    if not policy.enforce_validity:
        return True
    valid_from, valid_to = row["valid_from"], row["valid_to"]
    return (valid_from is None or valid_from <= now) and (valid_to is None or now < valid_to)


def visible_segments(reader: Reader) -> ColumnElement[bool]:
    """Of a segment: whether the caller may see it."""
    if sees_all(reader):
        return true()
    return and_(is_active(reader), has_customer(reader, OWN_CUSTOMER))


def visible_customer_assignments(reader: Reader) -> ColumnElement[bool]:
    """Of a customer assignment: whether the caller may see it."""
    if sees_all(reader):
        return true()
    its_segment = select(segment.c.id).where(
        segment.c.tenant == TENANT, segment.c.id == customer_assignment.c.segment_id, is_active(reader)
    )
    return and_(is_customers(reader, OWN_CUSTOMER), has_row(its_segment.correlate_except(segment)))


def visible_item_assignments(reader: Reader) -> ColumnElement[bool]:
    """Of an item assignment: whether the caller may see it. A list of all is found by this."""
    if sees_all(reader):
        return true()
    return item_assignment.c.segment_id.in_(visible_segment_ids(reader))


def visible_segment_ids(reader: Reader) -> Select[Any]:
    """The ids of the segments that the caller may see."""
    return select(segment.c.id).where(segment.c.tenant == TENANT, visible_segments(reader))


def if_visible(reader: Reader, segment_id: ColumnElement[str]) -> ColumnElement[str]:
    """The id of a segment, or NULL where the caller may not see it.

    Rows of the segment are compared with it, so that it is looked up once and not for each row.
    """
    if sees_all(reader):
        return segment_id
    rows = select(segment.c.id).where(
        segment.c.tenant == TENANT,
        segment.c.id == segment_id,
        is_active(reader),
        is_segment_of_customer(reader, OWN_CUSTOMER),
    )
    return rows.correlate_except(segment).limit(ONE).scalar_subquery()


def own_view(reader: Reader) -> Reader:
    """The same caller in their own view, whatever else they may read. Raises Forbidden."""
    return replace(reader, caller=in_own_view(reader.caller))


def in_own_view(caller: Caller) -> Caller:
    """The caller without the scope that reads the whole tenant. Raises Forbidden without an own view."""
    caller.require(Scope.READ_OWN)
    return replace(caller, scopes=caller.scopes - {Scope.READ})


def has_customer(reader: Reader, customer_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Of a segment: whether the customer is assigned to it. Segments are found by this."""
    return segment.c.id.in_(_segments_of(reader, customer_id))


def is_segment_of_customer(reader: Reader, customer_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The same of segments that are found by something else: one lookup for each."""
    rows = _segments_of(reader, customer_id)
    return has_row(rows.where(customer_assignment.c.segment_id == segment.c.id))


def _segments_of(reader: Reader, customer_id: str | ColumnElement[str]) -> Select[Any]:
    return (
        select(customer_assignment.c.segment_id)
        .where(customer_assignment.c.tenant == TENANT, is_customers(reader, customer_id))
        .correlate_except(customer_assignment)
    )


def is_customers(reader: Reader, customer_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Of a customer assignment: whether it is the customer's, on behalf of whom they act (behaviour D39).

    In the own view the token's legal entity wins; a chosen one counts only for a customer who has
    several. Rows without a legal entity belong to every view.
    """
    rows = customer_assignment.c
    theirs = rows.customer_id == customer_id
    if not sees_all(reader) and reader.caller.legal_entity_id is not None:
        return and_(theirs, _is_for(OWN_LEGAL_ENTITY))
    if reader.chosen_legal_entity_id is not None:
        return and_(theirs, or_(_is_for(CHOSEN_LEGAL_ENTITY), _legal_entities_of(customer_id) <= 1))
    return theirs


def _is_for(legal_entity_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Of a customer assignment: whether it is the legal entity's, or nobody's but the customer's."""
    return customer_assignment.c.legal_entity_id.in_([NO_LEGAL_ENTITY, legal_entity_id])


def _legal_entities_of(customer_id: str | ColumnElement[str]) -> ColumnElement[int]:
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

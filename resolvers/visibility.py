"""What a caller may see, as conditions on the rows that a statement chooses from.

`segment_read` sees all of the tenant. `segment_read_own` sees the *own view*: the assignments of the
caller and of their groups, and the active segments that they lead to (behaviour D39, D72).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from models.sql.prepared import Row
from models.sql.probe import ONE, has_row
from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.segment import segment
from resolvers.access import NOW, OWN_CUSTOMER, TENANT, Reader
from resolvers.caller import Caller, Scope
from resolvers.membership import groups_of, has_customer, is_customers, is_segment_of_customer
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


def writes_beyond_own_view(caller: Caller) -> bool:
    """Whether the caller may hold rows outside their own view, because they have written them.

    Rows that were read lead only to what may be seen; links of written ones have to be looked at.
    """
    return caller.has(Scope.MANAGE) and not caller.has(Scope.READ)


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


def visible_group_assignments(reader: Reader) -> ColumnElement[bool]:
    """Of a group's assignment: whether the caller may see it: in the own view, of a group of theirs."""
    if sees_all(reader):
        return true()
    its_segment = select(segment.c.id).where(
        segment.c.tenant == TENANT, segment.c.id == group_assignment.c.segment_id, is_active(reader)
    )
    is_own = group_assignment.c.group_id.in_(groups_of(reader, OWN_CUSTOMER))
    return and_(is_own, has_row(its_segment.correlate_except(segment)))


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

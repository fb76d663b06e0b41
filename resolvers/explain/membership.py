"""Why a customer is in a segment, or is not."""

from sqlalchemy import Select, bindparam, select

from models.sql.prepared import Row
from models.tables.columns import PlainText
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.segment import segment
from resolvers.access import TENANT, Reader
from resolvers.caller import Scope
from resolvers.explain.reason import Explanation, Reason, ReasonCode, instant
from resolvers.values.text import require_short

CUSTOMER = bindparam("customer", type_=PlainText)
SEGMENT = bindparam("segment", type_=PlainText)


async def explain_membership(
    reader: Reader, segment_id: str, customer_id: str, legal_entity_id: str | None = None
) -> Explanation:
    """Whether there is an assignment of the customer, for themselves or on behalf of the legal entity.

    Needs segment_read: names of segments are not for everybody. Raises Forbidden or InvalidArgument.
    """
    reader.caller.require(Scope.READ)
    require_short([segment_id], ("segmentId",))
    require_short([customer_id], ("customerId",))
    require_short([legal_entity_id or ""], ("legalEntityId",))
    statement = reader.prepared("explain membership", _assignments)
    rows = await reader.rows(statement, segment=segment_id, customer=customer_id)
    if not rows:
        text = f"There is no segment {segment_id}."
        return Explanation(holds=False, because=[Reason(False, ReasonCode.SEGMENT_UNKNOWN, text)])
    asked = legal_entity_id or NO_LEGAL_ENTITY
    found = {row["legal_entity_id"]: row for row in rows if row["legal_entity_id"] is not None}
    reason = (
        _assigned(found[asked], customer_id) if asked in found else _not_assigned(found, asked, customer_id)
    )
    return Explanation(reason.holds, [reason])


def _assignments() -> Select[tuple[object, ...]]:
    """A row for each assignment of the customer, and one without where there is the segment alone."""
    rows = customer_assignment.c
    theirs = (
        (rows.tenant == segment.c.tenant) & (rows.segment_id == segment.c.id) & (rows.customer_id == CUSTOMER)
    )
    return (
        select(rows.legal_entity_id, rows.assignment_type, rows.created_at)
        .select_from(segment.outerjoin(customer_assignment, theirs))
        .where(segment.c.tenant == TENANT, segment.c.id == SEGMENT)
        .order_by(rows.legal_entity_id)
    )


def _assigned(row: Row, customer_id: str) -> Reason:
    is_automatic = row["assignment_type"] == "AUTOMATIC"
    code = ReasonCode.ASSIGNED_AUTOMATICALLY if is_automatic else ReasonCode.ASSIGNED_BY_CLIENT
    how = "automatically" if is_automatic else "by a client"
    since = row["created_at"]
    text = f"{_whom(customer_id, row['legal_entity_id'])} was assigned {how} on {instant(since)}."
    return Reason(True, code, text, seen=row["assignment_type"], since=since)


def _not_assigned(found: dict[str, Row], asked: str, customer_id: str) -> Reason:
    text = f"{_whom(customer_id, asked)} is not assigned."
    if found:
        others = ", ".join(other or "themselves" for other in found)
        text = f"{text} There are assignments for {others}."
    return Reason(
        False,
        ReasonCode.NOT_ASSIGNED,
        text,
        seen=[other or None for other in found],
        expected=asked or None,
    )


def _whom(customer_id: str, legal_entity_id: str) -> str:
    on_behalf = f", on behalf of {legal_entity_id}," if legal_entity_id else ""
    return f"The customer {customer_id}{on_behalf}"

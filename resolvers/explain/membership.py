"""Why a customer is in a segment, or is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, bindparam, select

from models.sql.prepared import Row
from models.tables.columns import PlainText
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.rule import customer_exclusion
from models.tables.segment import segment
from resolvers.access import TENANT, Reader
from resolvers.caller import Scope
from resolvers.explain.groups import group_reason, groups_in_segments
from resolvers.explain.reason import Explanation, Reason, ReasonCode, instant
from resolvers.explain.rule import explain_rule
from resolvers.explain.rule_statement import CUSTOMER, ON_BEHALF_OF
from resolvers.rules.definition.rule import Rule
from resolvers.rules.read import ShownRule, rules_of_segments
from resolvers.rules.vocabulary import RuleState
from resolvers.values.text import require_short

SEGMENT: Final = bindparam("segment", type_=PlainText)


async def explain_membership(
    reader: Reader, segment_id: str, customer_id: str, legal_entity_id: str | None = None
) -> Explanation:
    """Whether there is an assignment of the customer, for themselves or on behalf of the legal entity.

    That of a group of theirs on the same behalf is one (behaviour D72). Needs segment_read: names of
    segments are not for everybody. Raises Forbidden or InvalidArgument.
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
    entity = legal_entity_id or NO_LEGAL_ENTITY
    assignments = {row["legal_entity_id"]: row for row in rows if row["legal_entity_id"] is not None}
    shown_rule = (await rules_of_segments(reader, [segment_id])).get(segment_id)
    if shown_rule is None:
        reason = (
            _assigned(assignments[entity], customer_id)
            if entity in assignments
            else _not_assigned(assignments, entity, customer_id)
        )
    else:
        whom = _Key(segment_id, customer_id, entity)
        reason = await _in_segment_with_rule(reader, shown_rule, whom, assignments)
    if reason.holds:
        return Explanation(holds=True, because=[reason])
    by_groups = await _group_reasons(reader, _Key(segment_id, customer_id, entity))
    return Explanation(bool(by_groups), [*by_groups, reason])


@dataclass(frozen=True, slots=True)
class _Key:
    """The assignment in question."""

    segment_id: str
    customer_id: str
    legal_entity_id: str

    @property
    def whom(self) -> str:
        """The customer, as texts name them."""
        return _whom(self.customer_id, self.legal_entity_id)


async def _group_reasons(reader: Reader, key: "_Key") -> Sequence[Reason]:
    """The groups by which the customer is in the segment, on the same behalf."""
    theirs = replace(reader, caller=reader.caller.as_customer(key.customer_id, None))
    groups = await groups_in_segments(theirs, [key.segment_id])
    return [
        group_reason(key.whom, row)
        for row in groups.get(key.segment_id, ())
        if row["legal_entity_id"] == key.legal_entity_id
    ]


async def _in_segment_with_rule(
    reader: Reader, shown_rule: ShownRule, key: _Key, assignments: dict[str, Row]
) -> Reason:
    """What a client has decided, or else what the rule says and whether that has been applied."""
    row = assignments.get(key.legal_entity_id)
    if row is not None and row["assignment_type"] != "AUTOMATIC":
        reason = _assigned(row, key.customer_id)
        return reason._replace(text=f"{reason.text} The rule of the segment does not change that.")
    if row is None and (since := await _excluded_since(reader, key)) is not None:
        text = (
            f"{key.whom} was taken out by a client on {instant(since)}. "
            "The rule of the segment does not bring them back."
        )
        return Reason(False, ReasonCode.EXCLUDED_BY_CLIENT, text, since=since)
    rule = shown_rule.rule
    if rule.error:
        return _unreadable(rule, key, assignments)
    at = max(reader.now, shown_rule.evaluated_to)
    says = await explain_rule(reader, rule, key.customer_id, key.legal_entity_id, at)
    reason = (
        _assigned(row, key.customer_id)
        if row
        else _not_assigned(assignments, key.legal_entity_id, key.customer_id)
    )
    if says.holds is reason.holds:
        is_kept = rule.state in {RuleState.PAUSED, RuleState.REMOVING, RuleState.OFF}
        until = None if is_kept else says.until
        return reason._replace(text=f"{reason.text} {says.text}", until=until, reasons=[says])
    return reason._replace(
        text=f"{reason.text} {_NOT_APPLIED[rule.state]}", reasons=[_not_applied(rule), says]
    )


def _unreadable(rule: Rule, key: _Key, assignments: dict[str, Row]) -> Reason:
    row = assignments.get(key.legal_entity_id)
    reason = (
        _assigned(row, key.customer_id)
        if row
        else _not_assigned(assignments, key.legal_entity_id, key.customer_id)
    )
    text = f"The rule is paused: this version of the gateway cannot read it. {rule.error}"
    paused = Reason(False, ReasonCode.RULE_NOT_APPLIED, text, seen=str(rule.state), expected="ACTIVE")
    return reason._replace(text=f"{reason.text} {text}", reasons=[paused])


def _not_applied(rule: Rule) -> Reason:
    return Reason(
        False, ReasonCode.RULE_NOT_APPLIED, _NOT_APPLIED[rule.state], seen=str(rule.state), expected="ACTIVE"
    )


async def _excluded_since(reader: Reader, key: _Key) -> datetime | None:
    values = {"segment": key.segment_id, "customer": key.customer_id, "on_behalf_of": key.legal_entity_id}
    since: datetime | None = await reader.value(reader.prepared("explain exclusion", _exclusion), **values)
    return since


def _exclusion() -> Select[tuple[object, ...]]:
    rows = customer_exclusion.c
    return select(rows.created_at).where(
        rows.tenant == TENANT,
        rows.segment_id == SEGMENT,
        rows.customer_id == CUSTOMER,
        rows.legal_entity_id == ON_BEHALF_OF,
    )


_NOT_APPLIED: Final = {
    RuleState.ACTIVE: "The rule says otherwise by now: this is about to be applied.",
    RuleState.BUILDING: "The rule says otherwise: it is being applied to all customers.",
    RuleState.PAUSED: "The rule says otherwise, but it is paused.",
    RuleState.REMOVING: "The rule says otherwise, but it is being removed.",
    RuleState.OFF: "The rule says otherwise, but this gateway applies no rules.",
}


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


def _not_assigned(assignments: dict[str, Row], entity: str, customer_id: str) -> Reason:
    text = f"{_whom(customer_id, entity)} is not assigned."
    if assignments:
        entity_names = ", ".join(entity_id or "themselves" for entity_id in assignments)
        text = f"{text} There are assignments for {entity_names}."
    return Reason(
        False,
        ReasonCode.NOT_ASSIGNED,
        text,
        seen=[entity_id or None for entity_id in assignments],
        expected=entity or None,
    )


def _whom(customer_id: str, legal_entity_id: str) -> str:
    on_behalf = f", on behalf of {legal_entity_id}," if legal_entity_id else ""
    return f"The customer {customer_id}{on_behalf}"

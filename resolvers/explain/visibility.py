"""Why a customer sees a product or category, or does not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    CTE,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from models.sql.keys import is_one_of
from models.sql.prepared import Row
from models.sql.probe import NO_OFFSET, OrderedJoin, has_row, joined_row
from models.tables.columns import PlainText
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, product_category
from models.tables.segment import segment
from resolvers.access import OWN_CUSTOMER, SITE_CODE, TENANT, Reader
from resolvers.caller import Caller, Scope
from resolvers.explain.groups import group_reason, groups_to_explain
from resolvers.explain.reason import Explanation, Reason, ReasonCode, instant
from resolvers.membership import has_customer
from resolvers.values.text import require_short, require_short_site
from resolvers.visibility import is_active

MOST_SEGMENTS: Final = 100
"""Segments that are explained; those that show the item to the customer come first."""
SHOWN: Final = ("id", "status", "valid_from", "valid_to", "site_code")
NO_GROUP: Final = ""
ITEM: Final = bindparam("item", type_=PlainText)
NOUNS: Final = {"PRODUCT": "product", "CATEGORY": "category"}


async def explain_visibility(
    reader: Reader,
    customer_id: str,
    item_type: str,
    item_id: str,
    *,
    legal_entity_id: str | None = None,
    site_code: str | None = None,
) -> Explanation:
    """Whether a segment shows the item to the customer: as their own view, a match and a tree have it.

    There is one reason for each segment that leads to the item, with those inside it that decide. The
    customer acts for the legal entity, or for all of theirs where none is named (behaviour D39). Needs
    segment_read. Raises Forbidden or InvalidArgument.
    """
    reader.caller.require(Scope.READ)
    require_short([customer_id], ("customerId",))
    require_short([item_id], ("itemId",))
    require_short([legal_entity_id or ""], ("legalEntityId",))
    require_short_site(site_code)
    theirs = replace(reader, caller=reader.caller.as_customer(customer_id, legal_entity_id))
    segments = await _segments(theirs, item_type, item_id, site_code)
    if not segments:
        return Explanation(holds=False, because=[_in_no_segment(item_type, item_id)])
    reasons = await _customer_reasons(theirs, [row["id"] for row in segments])
    because = [
        _segment_reason(theirs, row, (item_type, item_id), reasons[row["id"]], site_code) for row in segments
    ]
    return Explanation(any(reason.holds for reason in because), because)


async def _segments(reader: Reader, item_type: str, item_id: str, site_code: str | None) -> Sequence[Row]:
    of_site = site_code is not None

    def build() -> Select[Any]:
        dialect = reader.snapshot.dialect
        leading = _leads_to_product() if item_type == "PRODUCT" else _leads_to_category(dialect)
        leads = _shortest_of_each_segment(leading).subquery("leads")
        on_site = segment.c.site_code == SITE_CODE if of_site else true()
        shows = and_(is_active(reader), has_customer(reader, OWN_CUSTOMER), on_site).label("shows")
        is_its = and_(segment.c.tenant == TENANT, segment.c.id == leads.c.segment_id)
        columns = select(*(segment.c[name] for name in SHOWN), shows).where(is_its)
        source, its = joined_row(leads, segment, columns, dialect)
        return (
            select(*its, leads.c.type, leads.c.item_id)
            .select_from(source)
            .order_by(its[-1].desc(), its[0])
            .limit(MOST_SEGMENTS)
        )

    statement = reader.prepared(("explain visibility", item_type, of_site), build)
    return await reader.rows(statement, item=item_id, site_code=site_code)


def _shortest_of_each_segment(leading: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    """One way for each segment: the assignment of a product itself, else the first category.

    Whether the segment shows something is then judged once, however many ways it has. They are found first:
    SQLite would look at all assignments in the order of their segments.
    """
    ways = leading.offset(NO_OFFSET).subquery("ways").c
    itself = func.min(ways.item_id).filter(ways.type == literal("PRODUCT"))
    item_id = func.coalesce(itself, func.min(ways.item_id)).label("item_id")
    return select(ways.segment_id, func.max(ways.type).label("type"), item_id).group_by(ways.segment_id)


def _leads_to_product() -> CompoundSelect[Any]:
    """The assignments of the product, and of the categories that it is directly in."""
    links = product_category.c
    its_categories = OrderedJoin(
        product_category,
        item_assignment,
        and_(item_assignment.c.tenant == TENANT, item_assignment.c.item_id == links.category_id),
    )
    by_category = _assignments_of("CATEGORY", its_categories).where(
        links.tenant == TENANT, links.product_id == ITEM
    )
    return union_all(_assignments_of("PRODUCT").where(item_assignment.c.item_id == ITEM), by_category)


def _leads_to_category(dialect: str) -> Select[Any]:
    """The assignments of the category and of those below it; a cycle of parents ends it too.

    A category that the gateway does not know shows by itself alone: trees end below it.
    """
    below = select(ITEM.label("id")).cte("below", recursive=True)
    below = below.union(_children(below, dialect))
    itself = select(category.c.id).where(category.c.tenant == TENANT, category.c.id == ITEM)
    is_below = or_(item_assignment.c.item_id == ITEM, has_row(itself))
    if dialect == "sqlite":
        return _assignments_of("CATEGORY").where(item_assignment.c.item_id.in_(select(below.c.id)), is_below)
    of_one = _assignments_of("CATEGORY").where(item_assignment.c.item_id == below.c.id, is_below)
    assignments = of_one.correlate(below).offset(NO_OFFSET).lateral("found")
    return select(assignments.c.segment_id, assignments.c.type, assignments.c.item_id).select_from(
        below.join(assignments, true())
    )


def _children(parents: CTE, dialect: str) -> Select[Any]:
    """The ids of the categories that have one of these parents, looked up for each of them.

    Left to choose, both databases read all categories of the tenant: SQLite in a join with a recursion, and
    PostgreSQL where it plans without knowing the values.
    """
    is_child = and_(category.c.tenant == TENANT, category.c.parent_id == parents.c.id)
    of_one = select(category.c.id).where(is_child).correlate(parents)
    if dialect != "sqlite":
        child = of_one.offset(NO_OFFSET).lateral("child")
        return select(child.c.id).select_from(parents.join(child, true()))
    ids = select(func.json_group_array(category.c.id)).where(is_child).correlate(parents).scalar_subquery()
    members = func.json_each(ids).table_valued("value", name="child")
    return select(members.c.value).select_from(parents.join(members, true()))


def _assignments_of(item_type: str, source: FromClause = item_assignment) -> Select[Any]:
    rows = item_assignment.c
    return (
        select(rows.segment_id, rows.type, rows.item_id)
        .select_from(source)
        .where(rows.tenant == TENANT, rows.type == literal(item_type))
    )


async def _customer_reasons(reader: Reader, segment_ids: Sequence[str]) -> Mapping[str, Reason]:
    """Whether the customer is in each of the segments: by an assignment, else by a group."""
    assigned: dict[str, list[Row]] = defaultdict(list)
    groups: dict[str, Row] = {}
    statement = reader.prepared("membership to explain", lambda: _memberships(reader))
    for row in await reader.rows(statement, keys=segment_ids):
        if row["group_id"] == NO_GROUP:
            assigned[row["segment_id"]].append(row)
        else:
            groups.setdefault(row["segment_id"], row)
    whom = f"The customer {reader.caller.customer_id}"
    reasons = {
        segment_id: _customer_reason(reader.caller, assigned[segment_id]) for segment_id in segment_ids
    }
    return {
        segment_id: group_reason(whom, groups[segment_id])
        if segment_id in groups and not reason.holds
        else reason
        for segment_id, reason in reasons.items()
    }


def _memberships(reader: Reader) -> Select[Any]:
    """The assignments of the customer and of their groups in the segments, on behalf of whomever."""
    rows = customer_assignment.c
    direct = select(
        rows.segment_id,
        rows.legal_entity_id,
        literal_column(f"'{NO_GROUP}'").label("group_id"),
        rows.created_at,
    ).where(
        rows.tenant == TENANT,
        rows.customer_id == OWN_CUSTOMER,
        is_one_of(rows.segment_id, reader.snapshot.dialect),
    )
    groups = groups_to_explain(reader).subquery("groups")
    either = union_all(direct, select(*groups.c)).subquery("memberships")
    order = either.c.segment_id, either.c.group_id, either.c.legal_entity_id
    return select(*either.c).order_by(*order)


def _in_no_segment(item_type: str, item_id: str) -> Reason:
    through = "one of its categories" if item_type == "PRODUCT" else "a category below it"
    text = f"The {NOUNS[item_type]} {item_id} is in no segment: neither by itself nor through {through}."
    return Reason(False, ReasonCode.ITEM_IN_NO_SEGMENT, text)


def _segment_reason(
    reader: Reader, row: Row, item: tuple[str, str], of_customer: Reason, site_code: str | None
) -> Reason:
    reasons = [_item_reason(row, item), of_customer, _status_reason(row)]
    if reader.policy.enforce_validity:
        reasons.append(_validity_reason(reader, row))
    if site_code is not None:
        reasons.append(_site_reason(row, site_code))
    holds = all(reason.holds for reason in reasons)
    missing = next((reason.text for reason in reasons if not reason.holds), "")
    shows = "shows" if holds else "does not show"
    text = f"The segment {row['id']} {shows} it to the customer." + (f" {missing}" if missing else "")
    return Reason(
        holds, ReasonCode.SEGMENT_LEADS_TO_ITEM, text, seen={"segmentId": row["id"]}, reasons=reasons
    )


def _item_reason(row: Row, item: tuple[str, str]) -> Reason:
    assigned = {"type": row["type"], "itemId": row["item_id"]}
    if (row["type"], row["item_id"]) == item:
        text = f"The {NOUNS[item[0]]} {item[1]} is in it."
        return Reason(True, ReasonCode.ITEM_ASSIGNED, text, seen=assigned)
    if item[0] == "PRODUCT":
        text = f"The category {row['item_id']}, which the product {item[1]} is in, is in it."
        return Reason(True, ReasonCode.CATEGORY_OF_PRODUCT_ASSIGNED, text, seen=assigned)
    text = f"The category {row['item_id']}, which is below {item[1]}, is in it."
    return Reason(True, ReasonCode.CATEGORY_BELOW_ASSIGNED, text, seen=assigned)


def _customer_reason(caller: Caller, assignments: Sequence[Row]) -> Reason:
    acts_for = caller.legal_entity_id
    counting = [
        row
        for row in assignments
        if acts_for is None or row["legal_entity_id"] in {NO_LEGAL_ENTITY, acts_for}
    ]
    if counting:
        since = min(row["created_at"] for row in counting)
        text = f"The customer {caller.customer_id} is assigned to it since {instant(since)}."
        return Reason(True, ReasonCode.CUSTOMER_ASSIGNED, text, since=since)
    text = f"The customer {caller.customer_id} is not assigned to it."
    entities = [row["legal_entity_id"] for row in assignments]
    if entities:
        text = f"{text[:-1]} for {acts_for}, only for {', '.join(entities)}."
    return Reason(False, ReasonCode.CUSTOMER_ASSIGNED, text, seen=entities, expected=acts_for)


def _status_reason(row: Row) -> Reason:
    holds = row["status"] == "ACTIVE"
    text = "It is active." if holds else "It is inactive."
    return Reason(holds, ReasonCode.SEGMENT_ACTIVE, text, seen=row["status"], expected="ACTIVE")


def _validity_reason(reader: Reader, row: Row) -> Reason:
    since, until = row["valid_from"], row["valid_to"]
    if since is not None and reader.now < since:
        holds, text = False, f"It is valid only from {instant(since)} on."
    elif until is not None and until <= reader.now:
        holds, text = False, f"It was valid until {instant(until)}."
    else:
        holds, text = True, "It is valid now."
    return Reason(holds, ReasonCode.SEGMENT_VALID, text, since=since, until=until)


def _site_reason(row: Row, site_code: str) -> Reason:
    holds = row["site_code"] == site_code
    text = f"It is on the site {row['site_code']}."
    return Reason(holds, ReasonCode.SEGMENT_ON_SITE, text, seen=row["site_code"], expected=site_code)

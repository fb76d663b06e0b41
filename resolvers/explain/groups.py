"""The groups by which a customer is in segments, as reasons."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, func

from models.sql.keys import is_one_of
from models.sql.prepared import Row
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.group_assignment import group_assignment
from models.tables.reference import customer_group
from resolvers.access import OWN_CUSTOMER, Reader
from resolvers.explain.reason import Reason, ReasonCode, instant
from resolvers.membership import by_group

MOST_GROUPS: Final = 1_000
"""Assignments of groups that are looked at, for all segments together."""


async def groups_in_segments(reader: Reader, segment_ids: Collection[str]) -> Mapping[str, Sequence[Row]]:
    """The assignments of the groups by which the reader's own customer is in each of the segments."""
    if not segment_ids:
        return {}
    rows_by_segment: dict[str, list[Row]] = defaultdict(list)
    statement = reader.prepared("groups to explain", lambda: groups_to_explain(reader))
    for row in await reader.rows(statement, keys=sorted(segment_ids)):
        rows_by_segment[row["segment_id"]].append(row)
    return rows_by_segment


def groups_to_explain(reader: Reader) -> Select[Any]:
    """The first MOST_GROUPS assignments in these segments of the groups that the customer is in."""
    rows = group_assignment.c
    legal_entity_id = func.coalesce(customer_group.c.legal_entity_id, NO_LEGAL_ENTITY)
    return (
        by_group(reader, OWN_CUSTOMER)
        .where(is_one_of(rows.segment_id, reader.snapshot.dialect))
        .with_only_columns(
            rows.segment_id, legal_entity_id.label("legal_entity_id"), rows.group_id, rows.created_at
        )
        .order_by(rows.segment_id, rows.group_id)
        .limit(MOST_GROUPS)
    )


def group_reason(whom: str, row: Row) -> Reason:
    """The reason that an assignment of a group is: since when the customer is in the group is not known."""
    group_id, since = row["group_id"], row["created_at"]
    text = f"{whom} is in the group {group_id}, which is assigned to it since {instant(since)}."
    return Reason(True, ReasonCode.GROUP_ASSIGNED, text, seen={"groupId": group_id})

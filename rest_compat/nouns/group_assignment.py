"""Groups of customers in segments on the REST API."""

from collections.abc import Sequence
from typing import Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.group_assignment import group_assignment
from models.tables.reference import customer_group
from resolvers.access import Reader
from resolvers.errors import NotFound
from resolvers.group_assignment import (
    assign_group,
    group_assignment_document,
    group_assignments_by_key,
    group_assignments_of_segments,
    group_key,
    remove_group,
)
from resolvers.reading.listing import RowList
from resolvers.reference.read import references_by_id
from resolvers.segment.read import segments_by_id
from resolvers.values.document import checked_document
from resolvers.writing.command import Key, Remove, Upsert
from rest_compat.call import Call, parameters
from rest_compat.reading import Documents, View


def of_segment(call: Call, reader: Reader) -> RowList:
    """The groups of the segment in the path; none where there is no such segment (D36)."""
    return group_assignments_of_segments(reader).of(call.segment_id)


async def find(call: Call, reader: Reader) -> Row:
    """The assignment in the path. Raises NotFound with the id of what is missing."""
    key = _key(call)
    rows = await group_assignments_by_key(reader, [key], columns=_columns(call))
    if key not in rows:
        segment_id, group_id = key
        segments = await segments_by_id(reader, [segment_id], columns=["id"])
        raise NotFound(group_id if segment_id in segments else segment_id)
    return rows[key]


def _columns(call: Call) -> frozenset[Wanted]:
    return call.members.columns(group_assignment)


async def _documents(call: Call, reader: Reader, rows: Sequence[Row]) -> Documents:
    members = call.members
    ids = {row["group_id"] for row in rows}
    columns = members.columns(customer_group, "name")
    groups = await references_by_id(reader, customer_group, ids, columns=columns)
    return [group_assignment_document(row, groups.get(row["group_id"]), members) for row in rows]


GROUPS: Final = View(_columns, _documents, localized=(("group", "name"),))


def upsert(call: Call) -> Upsert:
    """The assignment in the path; its body may be missing (behaviour D65)."""
    key = _key(call)
    return assign_group(key, checked_document({} if call.body is None else call.body), call.policy)


def remove(call: Call) -> Remove:
    """The assignment in the path."""
    return remove_group(_key(call))


def _key(call: Call) -> Key:
    with parameters():
        return group_key(call.segment_id, call.path["groupId"])

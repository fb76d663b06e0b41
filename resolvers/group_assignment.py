"""Groups of customers in segments: writing and reading their assignments."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import select

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.group_assignment import group_assignment
from models.tables.reference import customer_group
from resolvers.access import Reader, Writer
from resolvers.assignment import (
    AssignmentCommand,
    UnfitReferences,
    assignments_of_segments,
    unknown_reference,
    write_assignments,
)
from resolvers.assignment_members import GROUP_ASSIGNMENTS as FIELDS
from resolvers.assignment_members import GROUP_CONTENT
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.errors import GatewayError, InvalidInput
from resolvers.policy import Policy
from resolvers.reading.listing import ChildList
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.reference.document import group_summary
from resolvers.reference.group_lock import EMPLOYEES, keep_employees_out
from resolvers.values.document import Document, expected_version
from resolvers.values.row_values import Members
from resolvers.values.text import checked_id, checked_segment_id
from resolvers.visibility import visible_group_assignments
from resolvers.writing.command import Key, Outcome, Remove, Upsert
from resolvers.writing.table import RecordTable

GROUP_ASSIGNMENTS: Final = RecordTable(group_assignment, ("segment_id", "group_id"), named_by="group_id")
BY_KEY: Final = KeyedRows(group_assignment, GROUP_ASSIGNMENTS.key, visible_group_assignments)
CONTENT_DOCUMENT: Final = DocumentReader(GROUP_CONTENT)
RESERVED_GROUP_IDS: Final = frozenset({"bulk", "search"})


def group_key(segment_id: Any, group_id: Any) -> Key:
    """The key of a group's row in a segment. Raises InvalidInput."""
    return (
        checked_segment_id(segment_id, ("segmentId",)),
        checked_id(group_id, ("groupId",), reserved=RESERVED_GROUP_IDS),
    )


def assign_group(key: Key, document: Document, policy: Policy) -> Upsert:
    """The command to assign a group, or to replace its assignment."""
    return Upsert(key, content_of(GROUP_CONTENT, document, policy), expected_version(document))


def remove_group(key: Key) -> Remove:
    """The command to take a group out of a segment."""
    return Remove(key)


async def write_group_assignments(
    writer: Writer, commands: Sequence[AssignmentCommand | GatewayError]
) -> list[Outcome]:
    """See `write_assignments`. A group of employees is refused (behaviour D73)."""
    return await write_assignments(writer, GROUP_ASSIGNMENTS, commands, _unfit_groups)


async def _unfit_groups(writer: Writer, keys: Collection[Key]) -> UnfitReferences:
    """The type of a group's users stays as it is until the transaction ends."""
    await keep_employees_out(writer)
    ids = sorted({group_id for _, group_id in keys})
    groups = customer_group.c
    rows = await writer.transaction.rows(
        select(groups.id, groups.user_type)
        .where(groups.tenant == writer.tenant, groups.id.in_(ids))
        .order_by(groups.id)
        .with_for_update(read=True)
    )
    user_types = {row["id"]: row["user_type"] for row in rows}
    errors: dict[Key, GatewayError] = {}
    for key in keys:
        _, group_id = key
        if user_types.get(group_id) == EMPLOYEES:
            message = f"The group with id {group_id} is a group of employees."
            errors[key] = InvalidInput(message, path=("groupId",), resource_id=group_id)
        elif writer.policy.enforce_references and group_id not in user_types:
            errors[key] = unknown_reference("group", group_id, "groupId")
    return errors


def group_assignment_document(row: Row, group: Row | None, members: Members) -> dict[str, Any]:
    """The document of an assignment, with what is known of its group."""
    return {
        "segmentId": row["segment_id"],
        "group": group_summary(row["group_id"], group, members),
        **CONTENT_DOCUMENT(row, members),
    }


def group_assignments_of_segments(reader: Reader) -> ChildList:
    """The groups of each segment: all, or in the own view the caller's own groups of an active one."""
    return assignments_of_segments(reader, BY_KEY, FIELDS)


async def group_assignments_by_key(
    reader: Reader, keys: Collection[Key], *, columns: Collection[Wanted] = ()
) -> dict[Key, Row]:
    """Those of the assignments that exist and that the caller may see. All columns, unless some are named."""
    return await rows_by_key(reader, BY_KEY, keys, columns=columns)

"""Customers in segments: writing and reading their assignments."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.customer_assignment import ASSIGNMENT_KEY, NO_LEGAL_ENTITY, customer_assignment
from models.tables.reference import customer, legal_entity
from resolvers.access import Reader, Writer
from resolvers.assignment import (
    AssignmentCommand,
    UnfitReferences,
    assignments_of_segments,
    unknown_reference,
    write_assignments,
)
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS as FIELDS
from resolvers.assignment_members import CUSTOMER_CONTENT
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.errors import GatewayError, UnknownReference
from resolvers.policy import Policy
from resolvers.reading.listing import ChildList
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.reference.document import customer_summary, legal_entity_summary
from resolvers.rules.head import lock_rules
from resolvers.rules.upkeep.exclusions import keep_exclusions
from resolvers.values.document import Document, expected_version
from resolvers.values.row_values import Members
from resolvers.values.text import checked_id, checked_segment_id
from resolvers.visibility import visible_customer_assignments
from resolvers.writing.change import Cause
from resolvers.writing.command import Key, Outcome, Remove, Upsert
from resolvers.writing.table import RecordTable, lock_existing

CUSTOMER_ASSIGNMENTS: Final = RecordTable(customer_assignment, ASSIGNMENT_KEY, named_by="customer_id")
BY_KEY: Final = KeyedRows(customer_assignment, CUSTOMER_ASSIGNMENTS.key, visible_customer_assignments)
CONTENT_DOCUMENT: Final = DocumentReader(CUSTOMER_CONTENT)
RESERVED_CUSTOMER_IDS: Final = frozenset({"bulk", "search"})


def customer_key(segment_id: Any, customer_id: Any, legal_entity_id: Any = None) -> Key:
    """The key of a customer's row: the B2C row where no legal entity is given. Raises InvalidInput."""
    return (
        checked_segment_id(segment_id, ("segmentId",)),
        checked_id(customer_id, ("customerId",), reserved=RESERVED_CUSTOMER_IDS),
        NO_LEGAL_ENTITY if legal_entity_id is None else checked_id(legal_entity_id, ("legalEntityId",)),
    )


def assign_customer(key: Key, document: Document, policy: Policy) -> Upsert:
    """The command to assign a customer, or to replace their assignment, by hand (behaviour D37)."""
    content = content_of(CUSTOMER_CONTENT, {**document, "assignmentType": "MANUAL"}, policy)
    return Upsert(key, content, expected_version(document))


def remove_customer(key: Key) -> Remove:
    """The command to take a customer out of a segment."""
    return Remove(key)


async def write_customer_assignments(
    writer: Writer, commands: Sequence[AssignmentCommand | GatewayError]
) -> list[Outcome]:
    """See `write_assignments`. In a segment with a rule, what a caller writes by hand stays."""
    outcomes = await write_assignments(
        writer, CUSTOMER_ASSIGNMENTS, commands, _unknown_references, lock_first=lock_rules
    )
    rules = await lock_rules(writer)
    if rules and writer.cause is Cause.MANUAL:
        await keep_exclusions(writer, rules, commands, outcomes)
    return outcomes


async def _unknown_references(writer: Writer, keys: Collection[Key]) -> UnfitReferences:
    if not writer.policy.enforce_references:
        return {}
    legal_entities = await lock_existing(writer, legal_entity, {key[2] for key in keys} - {NO_LEGAL_ENTITY})
    customers = await lock_existing(writer, customer, {key[1] for key in keys})
    errors: dict[Key, UnknownReference] = {}
    for key in keys:
        _, customer_id, legal_entity_id = key
        if customer_id not in customers:
            errors[key] = unknown_reference("customer", customer_id, "customerId")
        elif legal_entity_id != NO_LEGAL_ENTITY and legal_entity_id not in legal_entities:
            errors[key] = unknown_reference("legal entity", legal_entity_id, "legalEntityId")
    return errors


def customer_assignment_document(
    row: Row, customer_row: Row | None, legal_entity_row: Row | None, members: Members
) -> dict[str, Any]:
    """The contract's document of an assignment, with what is known of its customer and legal entity."""
    legal_entity_id = row["legal_entity_id"]
    document = {"customer": customer_summary(row["customer_id"], customer_row)}
    if legal_entity_id:
        document["legalEntity"] = legal_entity_summary(legal_entity_id, legal_entity_row)
    return document | CONTENT_DOCUMENT(row, members)


def customer_assignments_of_segments(reader: Reader) -> ChildList:
    """The customers of each segment: all, or in the own view the caller's own rows of an active one."""
    return assignments_of_segments(reader, BY_KEY, FIELDS)


async def customer_assignments_by_key(
    reader: Reader, keys: Collection[Key], *, columns: Collection[Wanted] = ()
) -> dict[Key, Row]:
    """Those of the assignments that exist and that the caller may see. All columns, unless some are named."""
    return await rows_by_key(reader, BY_KEY, keys, columns=columns)

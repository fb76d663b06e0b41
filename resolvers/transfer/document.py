"""The records with versions, as a data file writes them.

A segment looks as in the contract. An assignment is flat: it names what it joins by id, and
carries none of the names and mail addresses that a response copies from there.
"""

from typing import Any, Final

from models.prepared import Row
from resolvers.assignment import assignment_content
from resolvers.customer_assignment import ASSIGNMENT_TYPES, customer_key
from resolvers.document import Document, instant, metadata, metadata_document, one_of, without_empty
from resolvers.errors import InvalidInput
from resolvers.item_assignment import item_key
from resolvers.policy import Policy
from resolvers.record import Restore, Stamp
from resolvers.segment.document import segment_content
from resolvers.text import checked_segment_id

VERSIONS: Final = range(1, 2_000_000_001)
"""A GraphQL Int has 32 bits; this leaves room for writes to come."""


def restore_segment(document: Document, policy: Policy) -> Restore:
    """The command to make a segment equal to its line. Raises InvalidInput."""
    key = (checked_segment_id(document.get("id"), ("id",)),)
    return Restore(key, segment_content(document, policy), stamp(document))


def restore_customer_assignment(document: Document, _policy: Policy) -> Restore:
    """The command to make a customer's assignment equal to its line. Raises InvalidInput."""
    key = customer_key(document.get("segmentId"), document.get("customerId"), document.get("legalEntityId"))
    given = document.get("assignmentType")
    assignment_type = "MANUAL" if given is None else one_of(given, ASSIGNMENT_TYPES, ("assignmentType",))
    content = {"assignment_type": assignment_type, **assignment_content(document)}
    return Restore(key, content, stamp(document))


def restore_item_assignment(document: Document, _policy: Policy) -> Restore:
    """The command to make an item's assignment equal to its line. Raises InvalidInput."""
    key = item_key(document.get("segmentId"), document.get("type"), document.get("itemId"))
    return Restore(key, assignment_content(document), stamp(document))


def stamp(document: Document) -> Stamp | None:
    """What `metadata` says about version and times, None where it says nothing. Raises InvalidInput."""
    said = metadata(document)
    found = Stamp(
        version=_version(said.get("version")),
        created_at=instant(said.get("createdAt"), ("metadata", "createdAt")),
        modified_at=instant(said.get("modifiedAt"), ("metadata", "modifiedAt")),
    )
    return found if found.given else None


def _version(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value not in VERSIONS:
        raise InvalidInput(
            f"The version is a whole number from 1 to {VERSIONS[-1]:,}.", path=("metadata", "version")
        )
    return value


def customer_assignment_record(row: Row) -> dict[str, Any]:
    """A customer's assignment as a data file writes it."""
    return without_empty(
        {
            "segmentId": row["segment_id"],
            "customerId": row["customer_id"],
            "legalEntityId": row["legal_entity_id"] or None,
            "assignmentType": row["assignment_type"],
            "mixins": row["mixins"],
            "metadata": metadata_document(row),
        }
    )


def item_assignment_record(row: Row) -> dict[str, Any]:
    """An item's assignment as a data file writes it."""
    return without_empty(
        {
            "segmentId": row["segment_id"],
            "type": row["type"],
            "itemId": row["item_id"],
            "mixins": row["mixins"],
            "metadata": metadata_document(row),
        }
    )

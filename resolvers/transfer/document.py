"""The records with versions, as a data file writes them.

A segment looks as in the contract. An assignment is flat: it names what it joins by id, and
carries none of the names and mail addresses that a response copies from there.
"""

from typing import Any, Final

from models.sql.prepared import Row
from resolvers.assignment_members import CUSTOMER_CONTENT, GROUP_CONTENT, ITEM_CONTENT
from resolvers.customer_assignment import customer_key
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.errors import InvalidInput
from resolvers.group_assignment import group_key
from resolvers.item_assignment import item_key
from resolvers.policy import Policy
from resolvers.segment.document import segment_content
from resolvers.segment.write import RemoveSegment
from resolvers.values.document import Document, instant, metadata
from resolvers.values.text import checked_segment_id
from resolvers.writing.command import Key, Remove, Restore, Stamp

CUSTOMER_DOCUMENT: Final = DocumentReader(CUSTOMER_CONTENT)
ITEM_DOCUMENT: Final = DocumentReader(ITEM_CONTENT)
GROUP_DOCUMENT: Final = DocumentReader(GROUP_CONTENT)
VERSIONS: Final = range(1, 2_000_000_001)
"""A GraphQL Int has 32 bits; this leaves room for writes to come."""


def restore_segment(document: Document, policy: Policy) -> Restore:
    """The command to make a segment equal to its line. Raises InvalidInput."""
    return Restore(_segment_key(document), segment_content(document, policy), stamp(document))


def restore_customer_assignment(document: Document, policy: Policy) -> Restore:
    """The command to make a customer's assignment equal to its line. Raises InvalidInput."""
    key = customer_key_of(document)
    return Restore(key, content_of(CUSTOMER_CONTENT, document, policy), stamp(document))


def restore_item_assignment(document: Document, policy: Policy) -> Restore:
    """The command to make an item's assignment equal to its line. Raises InvalidInput."""
    key = _item_key(document)
    return Restore(key, content_of(ITEM_CONTENT, document, policy), stamp(document))


def restore_group_assignment(document: Document, policy: Policy) -> Restore:
    """The command to make a group's assignment equal to its line. Raises InvalidInput."""
    key = _group_key(document)
    return Restore(key, content_of(GROUP_CONTENT, document, policy), stamp(document))


def deletes(document: Document) -> bool:
    """Whether the line says that its record is deleted. Raises InvalidInput."""
    return flag(document, "deleted")


def remove_segment(document: Document) -> RemoveSegment:
    """The command to delete a segment, with its assignments where `forceDelete` says so."""
    return RemoveSegment(_segment_key(document), flag(document, "forceDelete"))


def remove_customer_assignment(document: Document) -> Remove:
    """The command to delete a customer's assignment."""
    return Remove(customer_key_of(document))


def remove_item_assignment(document: Document) -> Remove:
    """The command to delete an item's assignment."""
    return Remove(_item_key(document))


def remove_group_assignment(document: Document) -> Remove:
    """The command to delete a group's assignment."""
    return Remove(_group_key(document))


def flag(document: Document, name: str) -> bool:
    """A member that is true, or false, or not there. Raises InvalidInput."""
    value = document.get(name)
    if value is not None and not isinstance(value, bool):
        raise InvalidInput("true or false is expected.", path=(name,))
    return bool(value)


def _segment_key(document: Document) -> Key:
    return (checked_segment_id(document.get("id"), ("id",)),)


def customer_key_of(document: Document) -> Key:
    """The key of a customer in a segment. Raises InvalidInput."""
    return customer_key(document.get("segmentId"), document.get("customerId"), document.get("legalEntityId"))


def _item_key(document: Document) -> Key:
    return item_key(document.get("segmentId"), document.get("type"), document.get("itemId"))


def _group_key(document: Document) -> Key:
    return group_key(document.get("segmentId"), document.get("groupId"))


def stamp(document: Document) -> Stamp | None:
    """What `metadata` says about version and times, None where it says nothing. Raises InvalidInput."""
    members = metadata(document)
    if not members:
        return None
    result = Stamp(
        version=_version(members.get("version")),
        created_at=instant(members.get("createdAt"), ("metadata", "createdAt")),
        modified_at=instant(members.get("modifiedAt"), ("metadata", "modifiedAt")),
    )
    return result if result.given else None


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
    key = {"segmentId": row["segment_id"], "customerId": row["customer_id"]}
    if legal_entity_id := row["legal_entity_id"]:
        key["legalEntityId"] = legal_entity_id
    return key | CUSTOMER_DOCUMENT(row)


def item_assignment_record(row: Row) -> dict[str, Any]:
    """An item's assignment as a data file writes it."""
    key = {"segmentId": row["segment_id"], "type": row["type"], "itemId": row["item_id"]}
    return key | ITEM_DOCUMENT(row)


def group_assignment_record(row: Row) -> dict[str, Any]:
    """A group's assignment as a data file writes it."""
    return {"segmentId": row["segment_id"], "groupId": row["group_id"]} | GROUP_DOCUMENT(row)

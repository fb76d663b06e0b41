"""The kinds of records that a data file holds, in the order in which it is written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from resolvers.access import Writer
from resolvers.assignment_members import CUSTOMER_CONTENT, ITEM_CONTENT
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS, write_customer_assignments
from resolvers.declaration.derived import DocumentReader
from resolvers.errors import GatewayError
from resolvers.item_assignment import ITEM_ASSIGNMENTS, write_item_assignments
from resolvers.policy import Policy
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceCommand,
    ReferenceNoun,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.segment.document import segment_document
from resolvers.segment.members import MEMBERS
from resolvers.segment.write import SEGMENTS, write_segments
from resolvers.transfer.document import (
    customer_assignment_record,
    flag,
    item_assignment_record,
    remove_customer_assignment,
    remove_item_assignment,
    remove_segment,
    restore_customer_assignment,
    restore_item_assignment,
    restore_segment,
)
from resolvers.transfer.members import FREE, Shape, shape_of
from resolvers.values.document import Document
from resolvers.writing.command import Key, Outcome, Record, Remove, Restore
from resolvers.writing.table import RecordTable

Reference: TypeAlias = tuple[str, str]
"""A record that another one refers to: the name of its kind, and its id."""
LineCommand: TypeAlias = Restore | Remove


def _none(_key: Key) -> list[Reference]:
    return []


def _no_links(_content: Record) -> list[Reference]:
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of record is read from a data file, stored, deleted, and written to one.

    `shape` has the members of its lines, `deletion` those that only a line that deletes has.
    `refers_to` are the records that a record names in its key, `links_to` those that its content
    names: only their deletion has an effect on it.
    """

    name: str
    shape: Shape
    table: RecordTable
    read: Callable[[Document, Policy], Restore]
    remove: Callable[[Document], Remove]
    write: Callable[[Writer, Sequence[Any]], Awaitable[list[Outcome]]]
    document: Callable[[Record], dict[str, Any]]
    refers_to: Callable[[Key], list[Reference]] = _none
    links_to: Callable[[Record], list[Reference]] = _no_links
    deletion: frozenset[str] = frozenset()

    def shape_of(self, document: Document) -> Shape:
        """The members that this line may have."""
        if not self.deletion or not document.get("deleted"):
            return self.shape
        return Shape({**self.shape.members, **dict.fromkeys(self.deletion, FREE)})


def _reference_kind(
    name: str,
    noun: ReferenceNoun,
    links_to: Callable[[Record], list[Reference]] = _no_links,
) -> Kind:
    def read(line: Document, policy: Policy) -> Restore:
        return upsert_reference(noun, line, policy)

    def remove(line: Document) -> Remove:
        return remove_reference(noun, line.get("id"), ("id",), with_assignments=flag(line, "withAssignments"))

    async def write(writer: Writer, commands: Sequence[ReferenceCommand | GatewayError]) -> list[Outcome]:
        return await write_references(writer, noun, commands)

    document = DocumentReader(noun.members)

    deletion = frozenset({"withAssignments"} if noun is CUSTOMERS else ())
    return Kind(
        name,
        shape_of(noun.members),
        noun.table,
        read,
        remove,
        write,
        document,
        links_to=links_to,
        deletion=deletion,
    )


def _customer_links_to(content: Record) -> list[Reference]:
    return [("legalEntity", legal_entity_id) for legal_entity_id in content["legal_entity_ids"]]


def _product_links_to(content: Record) -> list[Reference]:
    return [("category", category_id) for category_id in content["category_ids"]]


def _customer_assignment_refers_to(key: Key) -> list[Reference]:
    segment_id, customer_id, legal_entity_id = key
    return [("segment", segment_id), ("customer", customer_id), ("legalEntity", legal_entity_id)]


def _item_assignment_refers_to(key: Key) -> list[Reference]:
    segment_id, item_type, item_id = key
    return [("segment", segment_id), (item_type.lower(), item_id)]


KINDS: Final = (
    _reference_kind("legalEntity", LEGAL_ENTITIES),
    _reference_kind("customer", CUSTOMERS, _customer_links_to),
    _reference_kind("category", CATEGORIES),
    _reference_kind("product", PRODUCTS, _product_links_to),
    Kind(
        "segment",
        shape_of(MEMBERS),
        SEGMENTS,
        restore_segment,
        remove_segment,
        write_segments,
        segment_document,
        deletion=frozenset({"forceDelete"}),
    ),
    Kind(
        "customerAssignment",
        shape_of(CUSTOMER_CONTENT, "segmentId customerId legalEntityId"),
        CUSTOMER_ASSIGNMENTS,
        restore_customer_assignment,
        remove_customer_assignment,
        write_customer_assignments,
        customer_assignment_record,
        _customer_assignment_refers_to,
    ),
    Kind(
        "itemAssignment",
        shape_of(ITEM_CONTENT, "segmentId type itemId"),
        ITEM_ASSIGNMENTS,
        restore_item_assignment,
        remove_item_assignment,
        write_item_assignments,
        item_assignment_record,
        _item_assignment_refers_to,
    ),
)
"""What others refer to comes before what refers to it."""

KINDS_BY_NAME: Final = {kind.name: kind for kind in KINDS}

"""The kinds of records that a data file holds, in the order in which it is written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from resolvers.access import Reader, Writer
from resolvers.assignment_members import CUSTOMER_CONTENT, GROUP_CONTENT, ITEM_CONTENT
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.declaration.derived import DocumentReader
from resolvers.errors import GatewayError
from resolvers.group_assignment import GROUP_ASSIGNMENTS, write_group_assignments
from resolvers.item_assignment import ITEM_ASSIGNMENTS, write_item_assignments
from resolvers.policy import Policy
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    GROUPS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceCommand,
    ReferenceNoun,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.segment.members import MEMBERS
from resolvers.segment.write import SEGMENTS, write_segments
from resolvers.transfer.document import (
    customer_assignment_record,
    flag,
    group_assignment_record,
    item_assignment_record,
    remove_customer_assignment,
    remove_group_assignment,
    remove_item_assignment,
    remove_segment,
    restore_customer_assignment,
    restore_group_assignment,
    restore_item_assignment,
)
from resolvers.transfer.exclusion import (
    EXCLUSIONS,
    exclusion_record,
    remove_exclusion,
    restore_exclusion,
    write_assignments_of_file,
    write_exclusions,
)
from resolvers.transfer.members import FREE, LINE, Shape, shape, shape_of
from resolvers.transfer.rule import restore_segment_with_rule, segment_record, with_rules
from resolvers.values.document import Document
from resolvers.writing.command import Key, Outcome, Record, Remove, Restore
from resolvers.writing.table import RecordTable

Reference: TypeAlias = tuple[str, ...]
"""A record that another one refers to: the name of its kind, and its key."""
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
    names: only their deletion has an effect on it. `is_referred_to` says that others may name it.
    `takes_along` says that making a record deletes one of a later kind, `looks_at_assignments` that it may
    be refused for one.
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
    is_referred_to: bool = True
    takes_along: bool = False
    looks_at_assignments: bool = False
    complete: Callable[[Reader, Sequence[Record]], Awaitable[list[Record]]] | None = None
    """Adds what records have besides the rows of the table."""

    @property
    def has_links(self) -> bool:
        """Whether its records may link to others."""
        return self.links_to is not _no_links

    async def page(self, reader: Reader, after: Key | None, size: int) -> list[Record]:
        """The next records of the tenant in key order, from the first one or from the one after a key."""
        return await self._completed(reader, await self.table.page(reader, after, size))

    async def records(self, reader: Reader, keys: Sequence[Key]) -> list[Record]:
        """The records of the tenant with these keys."""
        return await self._completed(reader, await self.table.records(reader, keys))

    async def _completed(self, reader: Reader, records: list[Record]) -> list[Record]:
        return records if self.complete is None else await self.complete(reader, records)

    def shape_of(self, document: Document) -> Shape:
        """The members that this line may have."""
        if not self.deletion or not document.get("deleted"):
            return self.shape
        return self.shape.having(**dict.fromkeys(self.deletion, FREE))


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
        looks_at_assignments=noun.check_assigned is not None,
    )


def _customer_links_to(content: Record) -> list[Reference]:
    return [("legalEntity", legal_entity_id) for legal_entity_id in content["legal_entity_ids"]]


def _group_links_to(content: Record) -> list[Reference]:
    return [("customer", customer_id) for customer_id in content["customer_ids"]]


def _product_links_to(content: Record) -> list[Reference]:
    return [("category", category_id) for category_id in content["category_ids"]]


def _customer_assignment_refers_to(key: Key) -> list[Reference]:
    segment_id, customer_id, legal_entity_id = key
    return [
        ("segment", segment_id),
        ("customer", customer_id),
        ("legalEntity", legal_entity_id),
        ("customerExclusion", *key),
    ]


def _exclusion_refers_to(key: Key) -> list[Reference]:
    return [("segment", key[0])]


def _item_assignment_refers_to(key: Key) -> list[Reference]:
    segment_id, item_type, item_id = key
    return [("segment", segment_id), (item_type.lower(), item_id)]


def _group_assignment_refers_to(key: Key) -> list[Reference]:
    segment_id, group_id = key
    return [("segment", segment_id), ("group", group_id)]


KINDS: Final = (
    _reference_kind("legalEntity", LEGAL_ENTITIES),
    _reference_kind("customer", CUSTOMERS, _customer_links_to),
    _reference_kind("group", GROUPS, _group_links_to),
    _reference_kind("category", CATEGORIES),
    _reference_kind("product", PRODUCTS, _product_links_to),
    Kind(
        "segment",
        shape_of(MEMBERS).having(rule=shape("where q subject timeZone paused")),
        SEGMENTS,
        restore_segment_with_rule,
        remove_segment,
        write_segments,
        segment_record,
        deletion=frozenset({"forceDelete"}),
        complete=with_rules,
    ),
    Kind(
        "customerExclusion",
        shape(f"{LINE} segmentId customerId legalEntityId", metadata=shape("createdAt")),
        EXCLUSIONS,
        restore_exclusion,
        remove_exclusion,
        write_exclusions,
        exclusion_record,
        _exclusion_refers_to,
        takes_along=True,
    ),
    Kind(
        "customerAssignment",
        shape_of(CUSTOMER_CONTENT, "segmentId customerId legalEntityId"),
        CUSTOMER_ASSIGNMENTS,
        restore_customer_assignment,
        remove_customer_assignment,
        write_assignments_of_file,
        customer_assignment_record,
        _customer_assignment_refers_to,
        is_referred_to=False,
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
        is_referred_to=False,
    ),
    Kind(
        "groupAssignment",
        shape_of(GROUP_CONTENT, "segmentId groupId"),
        GROUP_ASSIGNMENTS,
        restore_group_assignment,
        remove_group_assignment,
        write_group_assignments,
        group_assignment_record,
        _group_assignment_refers_to,
        is_referred_to=False,
    ),
)
"""What others refer to comes before what refers to it."""

KINDS_BY_NAME: Final = {kind.name: kind for kind in KINDS}

"""Changes of segments and assignments as GraphQL shows them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Self

import strawberry
from strawberry.scalars import JSON

from models.sql.prepared import Row
from models.tables.reference import customer, legal_entity
from resolvers.caller import Scope
from resolvers.changes.follow import LONGEST_WAIT, Follower
from resolvers.changes.group import Delivery
from resolvers.changes.read import ChangeBatch as Batch
from resolvers.changes.read import ChangeFilter
from resolvers.changes.shared import SharedBatch
from resolvers.item_assignment import items_by_key
from resolvers.reference.read import lookup
from resolvers.segment.read import segments_by_id
from schema.types.customer import Customer
from schema.types.group_assignment import GROUP
from schema.types.item_assignment import ITEM_TYPES
from schema.types.reference import Group, Item, LegalEntity
from schema.vocabulary.context import Info
from schema.vocabulary.enums import AssignmentType, ChangeCause, ChangeType, ItemType, SegmentStatus
from schema.vocabulary.relation import ToOne

if TYPE_CHECKING:
    from schema.types.segment import Segment

LazySegment = Annotated["Segment", strawberry.lazy("schema.types.segment")]

SEGMENT: Final = ToOne(node=lambda _: "Segment", key=lambda row: row["segment_id"], batch=segments_by_id)
CUSTOMER: Final = ToOne(
    node=lambda _: "Customer",
    key=lambda row: row["customer_id"],
    batch=lookup(customer),
    unknown=lambda row: {"id": row["customer_id"]},
)
LEGAL_ENTITY: Final = ToOne(
    node=lambda _: "LegalEntity",
    key=lambda row: row["legal_entity_id"] or None,
    batch=lookup(legal_entity),
    unknown=lambda row: {"id": row["legal_entity_id"]},
)
ITEM: Final = ToOne(
    node=lambda row: ITEM_TYPES[row["item_type"]],
    key=lambda row: (row["item_type"], row["item_id"]),
    batch=items_by_key,
    unknown=lambda row: {"id": row["item_id"]},
)


@strawberry.interface(
    description="One change of a segment or of an assignment. Each change has a number; numbers of a tenant "
    "have no gaps and are in the order in which changes were committed."
)
class Change:
    row: strawberry.Private[Row]
    own_cursor: strawberry.Private[str]

    @strawberry.field(description="The same for the same change, however it is read. It is its cursor.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.own_cursor)

    @strawberry.field(description="For `after`: go on behind this change.")
    def cursor(self) -> str:
        return self.own_cursor

    @strawberry.field(description="What happened.")
    def type(self) -> ChangeType:
        return ChangeType(self.row["type"])

    @strawberry.field(description="The instant of the request that made the change.")
    def occurred_at(self) -> datetime:
        occurred_at: datetime = self.row["recorded_at"]
        return occurred_at

    @strawberry.field(description="Why it happened.")
    def cause(self) -> ChangeCause:
        return ChangeCause(self.row["cause"])

    @strawberry.field(description="Whose token it was: its `sub`; null without segment_read.")
    def actor(self, info: Info) -> str | None:
        actor: str | None = self.row["actor"]
        return actor if info.context.caller.has(Scope.READ) else None

    @strawberry.field(description="The version that the record has by this change; of a deletion the last.")
    def version(self) -> int | None:
        version: int = self.row["version"]
        return version

    @strawberry.field(
        description="The record after the change, as REST writes it, without names of what it joins; "
        "null where it was deleted."
    )
    def document(self) -> JSON | None:
        document: JSON | None = self.row["document"]
        return document

    @strawberry.field(description="The segment's id.")
    def segment_id(self) -> strawberry.ID:
        return strawberry.ID(self.row["segment_id"])

    @strawberry.field(description="The segment as it is now; null where it is gone or not to be seen.")
    async def segment(self, info: Info) -> LazySegment | None:
        segment: Segment | None = await info.context.loaders.node(SEGMENT, self.row)
        return segment


@strawberry.type(description="A change of a segment.")
class SegmentChange(Change):
    @strawberry.field(description="The status before the change; null where there was no segment before.")
    def previous_status(self) -> SegmentStatus | None:
        status = self.row["previous_status"]
        return None if status is None else SegmentStatus[status]


@strawberry.type(description="A change of a customer's assignment to a segment.")
class CustomerAssignmentChange(Change):
    @strawberry.field(description="The customer as they are now; where they are not known, the id alone.")
    async def customer(self, info: Info) -> Customer:
        customer: Customer = await info.context.loaders.node(CUSTOMER, self.row)
        return customer

    @strawberry.field(description="On whose behalf the customer is in the segment; null for a private one.")
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        legal_entity: LegalEntity | None = await info.context.loaders.node(LEGAL_ENTITY, self.row)
        return legal_entity

    @strawberry.field(description="How the assignment came about; null where it was deleted.")
    def assignment_type(self) -> AssignmentType | None:
        document = self.row["document"]
        return None if document is None else AssignmentType[document["assignmentType"]]


@strawberry.type(description="A change of an item's assignment to a segment.")
class ItemAssignmentChange(Change):
    @strawberry.field(description="Whether the item is a product or a category.")
    def item_type(self) -> ItemType:
        return ItemType[self.row["item_type"]]

    @strawberry.field(description="The item as it is now; where it is not known, the id alone.")
    async def item(self, info: Info) -> Item:
        item: Item = await info.context.loaders.node(ITEM, self.row)
        return item


@strawberry.type(
    description="A change of a group's assignment to a segment, and so of what the group's customers are in."
)
class GroupAssignmentChange(Change):
    @strawberry.field(description="The group as it is now; where it is not known, the id alone.")
    async def group(self, info: Info) -> Group:
        group: Group = await info.context.loaders.node(GROUP, self.row)
        return group


CHANGE_TYPES: Final = (SegmentChange, CustomerAssignmentChange, ItemAssignmentChange, GroupAssignmentChange)


@strawberry.type(description="Changes in the order in which they were committed.")
class ChangeBatch:
    changes: list[Change] = strawberry.field(description="None is a checkpoint: there was nothing to show.")
    cursor: str = strawberry.field(description="For the next `after`; past what the filters left out.")
    has_more: bool = strawberry.field(description="Whether there are more changes by now.")

    @classmethod
    def of(cls, batch: Batch) -> "ChangeBatch":
        """The batch as it was read."""
        changes = [_change(row, batch.cursor_of(row)) for row in batch.records]
        return cls(changes=changes, cursor=batch.cursor, has_more=batch.has_more)


After = Annotated[str | None, strawberry.argument(description="A cursor of a change or of a batch.")]
Types = Annotated[list[ChangeType] | None, strawberry.argument(description="Only changes of these types.")]
SegmentIds = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Only of these segments; at most 1,000.")
]
OfCustomer = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this customer's assignments.")
]


def filter_of(types: Types, segment_ids: SegmentIds, customer_id: OfCustomer) -> ChangeFilter:
    """The filter that the arguments of a field mean."""
    names = None if types is None else {str(type_.value) for type_ in types}
    return ChangeFilter(names, segment_ids, customer_id)


class ChangeEvents:
    """The batches of a subscription."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self.next = follower.next
        self.wake = follower.wake
        self.close = follower.close

    def serve(self, delivery: Delivery) -> None:
        """Let `next` send batches by itself while it waits, where others are sent the same."""
        self._follower.delivery = delivery

    @staticmethod
    def root(shared: SharedBatch) -> ChangeBatch:
        """The batch as the value of the subscription's field."""
        return ChangeBatch.of(shared.batch)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChangeBatch:
        while True:
            shared = await self._follower.next(LONGEST_WAIT)
            if shared is not None:
                return self.root(shared)


def _change(row: Row, cursor: str) -> Change:
    if row["item_id"] is not None:
        return ItemAssignmentChange(row=row, own_cursor=cursor)
    if row["customer_id"] is not None:
        return CustomerAssignmentChange(row=row, own_cursor=cursor)
    if row["group_id"] is not None:
        return GroupAssignmentChange(row=row, own_cursor=cursor)
    return SegmentChange(row=row, own_cursor=cursor)

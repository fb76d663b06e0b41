"""A segment as GraphQL shows it."""

from typing import Annotated, Final

import strawberry

from resolvers.access import Reader
from resolvers.customer_assignment import customer_assignments_of_segments
from resolvers.group_assignment import group_assignments_of_segments
from resolvers.item_assignment import item_assignments_of_segments
from resolvers.reading.listing import ChildList
from resolvers.rules.read import rules_of_segments
from resolvers.segment.read import segments
from schema.filter.customer_assignment import (
    CustomerAssignmentOrderByArgument,
    CustomerAssignmentWhereArgument,
)
from schema.filter.group_assignment import GroupAssignmentOrderByArgument, GroupAssignmentWhereArgument
from schema.filter.item_assignment import ItemAssignmentOrderByArgument, ItemAssignmentWhereArgument
from schema.types.customer_assignment import CustomerAssignment
from schema.types.group_assignment import GroupAssignment
from schema.types.item_assignment import ItemAssignment
from schema.types.membership import MEMBERSHIP, membership_of
from schema.types.rule import SegmentRule
from schema.types.segment_members import SegmentMembers
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import connection_field
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import KEY_COLUMNS, declared
from schema.vocabulary.enums import ItemType, Membership
from schema.vocabulary.list_arguments import ASSIGNMENT_PAGE
from schema.vocabulary.relation import ToMany, TopList


def _items_of_segments(reader: Reader, type: ItemType | None) -> ChildList:
    return item_assignments_of_segments(reader, item_type=type.name if type else None)


SEGMENTS: Final = TopList("Segment", rows=segments)
CUSTOMER_ASSIGNMENTS: Final = ToMany(
    "CustomerAssignment",
    children=customer_assignments_of_segments,
    maximum=ASSIGNMENT_PAGE,
)
ITEM_ASSIGNMENTS: Final = ToMany(
    "ItemAssignment",
    children=_items_of_segments,
    maximum=ASSIGNMENT_PAGE,
)

GROUP_ASSIGNMENTS: Final = ToMany(
    "GroupAssignment",
    children=group_assignments_of_segments,
    maximum=ASSIGNMENT_PAGE,
)

OfType = Annotated[ItemType | None, strawberry.argument(description="Only items of this type.")]


@strawberry.type(
    description="A named group of customers on one site, with the products and categories for them. "
    "Needs segment_read; with segment_read_own the caller's own active segments. REST: `/segments`."
)
class Segment(SegmentMembers):
    @strawberry.field(
        description="The condition by which customers are in the segment; null where there is none, and for "
        "who has not segment_read. REST: `GET /segments/{segmentId}/rule`.",
        metadata=declared(KEY_COLUMNS),
    )
    async def rule(self, info: Info) -> SegmentRule | None:
        rule = await info.context.loaders.value(rules_of_segments, self.row["id"])
        return None if rule is None else SegmentRule(shown=rule)

    @strawberry.field(
        description="How the customer is in the segment whose list this is, as `customer(id:) { segments }` "
        "and `segments(customerId:)`; elsewhere the caller in their own view. Null for everybody else.",
        metadata=declared(MEMBERSHIP),
    )
    async def membership(self, info: Info) -> Membership | None:
        return await membership_of(info, self)

    customer_assignments = connection_field(
        CUSTOMER_ASSIGNMENTS,
        Connection[CustomerAssignment],
        "The customers in the segment, by customer and legal entity; in the own view the caller. "
        "REST: `GET /segments/{segmentId}/customers`.",
        where=CustomerAssignmentWhereArgument,
        order_by=CustomerAssignmentOrderByArgument,
    )

    group_assignments = connection_field(
        GROUP_ASSIGNMENTS,
        Connection[GroupAssignment],
        "The groups in the segment, by id; in the own view the caller's own. "
        "REST: `GET /segments/{segmentId}/groups`.",
        where=GroupAssignmentWhereArgument,
        order_by=GroupAssignmentOrderByArgument,
    )

    item_assignments = connection_field(
        ITEM_ASSIGNMENTS,
        Connection[ItemAssignment],
        "The items in the segment, by type and id. REST: `GET /segments/{segmentId}/items`.",
        where=ItemAssignmentWhereArgument,
        order_by=ItemAssignmentOrderByArgument,
        selecting={"type": OfType},
    )

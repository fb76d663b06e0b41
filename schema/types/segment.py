"""A segment as GraphQL shows it."""

from typing import Annotated, Final

import strawberry

from resolvers.access import Reader
from resolvers.customer_assignment import customer_assignments_of_segments
from resolvers.item_assignment import item_assignments_of_segments
from resolvers.reading.listing import ChildList
from resolvers.rules.read import rules_of_segments
from resolvers.segment.read import segments
from schema.filter.customer_assignment import (
    CustomerAssignmentOrderByArgument,
    CustomerAssignmentWhereArgument,
)
from schema.filter.item_assignment import ItemAssignmentOrderByArgument, ItemAssignmentWhereArgument
from schema.types.customer_assignment import CustomerAssignment
from schema.types.item_assignment import ItemAssignment
from schema.types.rule import SegmentRule
from schema.types.segment_members import SegmentMembers
from schema.vocabulary.connection import Connection, connect_children
from schema.vocabulary.context import Info
from schema.vocabulary.enums import ItemType
from schema.vocabulary.list_arguments import ASSIGNMENT_PAGE, After, Before, First, Last, Q
from schema.vocabulary.relation import ToMany, TopList


def _items_of_segments(reader: Reader, type: ItemType | None) -> ChildList:
    return item_assignments_of_segments(reader, item_type=type.name if type else None)


SEGMENTS: Final = TopList("Segment", rows=segments)
CUSTOMER_ASSIGNMENTS: Final = ToMany(
    "CustomerAssignment",
    key=lambda row: row["id"],
    children=customer_assignments_of_segments,
    maximum=ASSIGNMENT_PAGE,
)
ITEM_ASSIGNMENTS: Final = ToMany(
    "ItemAssignment",
    key=lambda row: row["id"],
    children=_items_of_segments,
    maximum=ASSIGNMENT_PAGE,
)


@strawberry.type(
    description="A named group of customers on one site, with the products and categories for them. "
    "Needs segment_read; with segment_read_own the caller's own active segments. REST: `/segments`."
)
class Segment(SegmentMembers):
    @strawberry.field(
        description="The condition by which customers are in the segment; null where there is none, and for "
        "who has not segment_read. REST: `GET /segments/{segmentId}/rule`."
    )
    async def rule(self, info: Info) -> SegmentRule | None:
        rule = await info.context.loaders.value(rules_of_segments, self.row["id"])
        return None if rule is None else SegmentRule(shown=rule)

    @strawberry.field(
        description="The customers in the segment, by customer and legal entity; in the own view the caller. "
        "REST: `GET /segments/{segmentId}/customers`.",
        metadata={"relation": CUSTOMER_ASSIGNMENTS},
    )
    async def customer_assignments(
        self,
        info: Info,
        q: Q = None,
        where: CustomerAssignmentWhereArgument = None,
        order_by: CustomerAssignmentOrderByArgument = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CustomerAssignment]:
        return await connect_children(
            info,
            CUSTOMER_ASSIGNMENTS,
            self.row,
            q=q,
            where=where,
            order_by=order_by,
            first=first,
            after=after,
            last=last,
            before=before,
        )

    @strawberry.field(
        description="The items in the segment, by type and id. REST: `GET /segments/{segmentId}/items`.",
        metadata={"relation": ITEM_ASSIGNMENTS},
    )
    async def item_assignments(
        self,
        info: Info,
        type: Annotated[ItemType | None, strawberry.argument(description="Only items of this type.")] = None,
        q: Q = None,
        where: ItemAssignmentWhereArgument = None,
        order_by: ItemAssignmentOrderByArgument = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ItemAssignment]:
        return await connect_children(
            info,
            ITEM_ASSIGNMENTS,
            self.row,
            type=type,
            q=q,
            where=where,
            order_by=order_by,
            first=first,
            after=after,
            last=last,
            before=before,
        )

"""The assignment of a group of customers to a segment as GraphQL shows it."""

from typing import TYPE_CHECKING, Annotated, Final

import strawberry
from strawberry.scalars import JSON

from models.sql.selection import Join
from models.tables.reference import customer_group
from resolvers.group_assignment import GROUP_ASSIGNMENTS
from resolvers.reference.read import lookup
from resolvers.segment.read import linked_segments_by_id
from resolvers.visibility import writes_beyond_own_view
from schema.types.reference import Group
from schema.vocabulary.column import column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.node import Node
from schema.vocabulary.relation import Joins, ToOne
from schema.vocabulary.values import METADATA, MIXINS, Metadata
from schema.vocabulary.withheld import Withheld

if TYPE_CHECKING:
    from schema.types.segment import Segment

SEGMENT: Final = ToOne(
    node=lambda _: "Segment",
    key=lambda row: row["segment_id"],
    batch=linked_segments_by_id,
    withheld=lambda row: Withheld(id=row["segment_id"]),
)
GROUP: Final = ToOne(
    node=lambda _: "Group",
    key=lambda row: row["group_id"],
    batch=lookup(customer_group),
    unknown=lambda row: {"id": row["group_id"]},
    joins=Joins({"Group": Join(customer_group, "group_id")}, writes_beyond_own_view),
)


@strawberry.type(
    description="A group of customers in a segment: all of them are in it. "
    "Needs segment_read; in the own view only of the caller's own groups."
)
class GroupAssignment(Node):
    node_key = GROUP_ASSIGNMENTS.key

    @strawberry.field(description="The segment.", metadata=declared(SEGMENT))
    async def segment(self, info: Info) -> Annotated["Segment", strawberry.lazy("schema.types.segment")]:
        segment: Segment = await info.context.loaders.node(SEGMENT, self.row)
        return segment

    @strawberry.field(
        description="The group; where the gateway does not know it, with nothing but the id.",
        metadata=declared(GROUP),
    )
    async def group(self, info: Info) -> Group:
        group: Group = await info.context.loaders.node(GROUP, self.row)
        return group

    mixins: JSON = column("mixins", MIXINS)

    @strawberry.field(description="Version and times.", metadata=METADATA)
    def metadata(self) -> Metadata:
        return Metadata(row=self.row)

"""The assignment of a group of customers to a segment as GraphQL shows it."""

from typing import Final

import strawberry
from strawberry.scalars import JSON

from models.sql.selection import Join
from models.tables.reference import customer_group
from resolvers.group_assignment import GROUP_ASSIGNMENTS
from resolvers.reference.read import lookup
from schema.types.reference import Group
from schema.types.segment_link import segment_field
from schema.vocabulary.column import column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToOne
from schema.vocabulary.values import METADATA, MIXINS, Metadata

GROUP: Final = ToOne(
    node=lambda _: "Group",
    key=lambda row: row["group_id"],
    batch=lookup(customer_group),
    unknown=lambda row: {"id": row["group_id"]},
    joins={"Group": Join(customer_group, "group_id")},
)


@strawberry.type(
    description="A group of customers in a segment: all of them are in it. "
    "Needs segment_read; in the own view only of the caller's own groups."
)
class GroupAssignment(Node):
    node_key = GROUP_ASSIGNMENTS.key

    segment = segment_field()

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

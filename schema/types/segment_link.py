"""The field of an assignment that shows its segment."""

from typing import Any, Final

import strawberry
from strawberry.types.lazy_type import LazyType

from models.sql.selection import Join
from models.tables.segment import segment
from resolvers.segment.read import linked_segments_by_id
from schema.types.segment_members import SegmentMembers
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToOne
from schema.vocabulary.withheld import Withheld

SEGMENT: Final = ToOne(
    node=lambda _: "Segment",
    key=lambda row: row["segment_id"],
    batch=linked_segments_by_id,
    withheld=lambda row: Withheld(id=row["segment_id"]),
    joins={"Segment": Join(segment, "segment_id")},
)


def segment_field() -> Any:
    """Return the field `segment`.

    `Segment` has lists of the assignments, so its module is named and not imported.
    """
    return strawberry.field(
        resolver=_segment,
        graphql_type=LazyType("Segment", "schema.types.segment"),
        description="The segment.",
        metadata=declared(SEGMENT),
    )


async def _segment(self: Node, info: Info) -> SegmentMembers:
    segment: SegmentMembers = await info.context.loaders.node(SEGMENT, self.row)
    return segment

"""The GraphQL type for items' assignments to segments.

An item is a product or category.
"""

from typing import Final

import strawberry
from strawberry.scalars import JSON

from models.sql.selection import Join
from resolvers.item_assignment import ITEM_ASSIGNMENTS, ITEM_TABLES, all_item_assignments, items_by_key
from schema.types.reference import Item
from schema.types.segment_link import segment_field
from schema.vocabulary.column import column, enum_column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.enums import ItemType
from schema.vocabulary.list_arguments import ASSIGNMENT_PAGE
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToOne, TopList
from schema.vocabulary.values import METADATA, MIXINS, Metadata

ALL_ITEM_ASSIGNMENTS: Final = TopList("ItemAssignment", rows=all_item_assignments, maximum=ASSIGNMENT_PAGE)
ITEM_TYPES: Final = {"PRODUCT": "Product", "CATEGORY": "Category"}
ITEM: Final = ToOne(
    node=lambda row: ITEM_TYPES[row["type"]],
    key=lambda row: (row["type"], row["item_id"]),
    batch=items_by_key,
    unknown=lambda row: {"id": row["item_id"]},
    joins={
        ITEM_TYPES[item_type]: Join(table, "item_id", ("type", item_type))
        for item_type, table in ITEM_TABLES.items()
    },
)


@strawberry.type(
    description="A product or a category in a segment. "
    "Needs segment_read; in the own view only of the caller's active segments."
)
class ItemAssignment(Node):
    node_key = ITEM_ASSIGNMENTS.key

    segment = segment_field()

    type: ItemType = enum_column("type", ItemType, "Whether the item is a product or a category.")

    @strawberry.field(
        description="The item; where the gateway does not know it, with nothing but the id.",
        metadata=declared(ITEM),
    )
    async def item(self, info: Info) -> Item:
        item: Item = await info.context.loaders.node(ITEM, self.row)
        return item

    mixins: JSON = column("mixins", MIXINS)

    @strawberry.field(description="Version and times.", metadata=METADATA)
    def metadata(self) -> Metadata:
        return Metadata(row=self.row)

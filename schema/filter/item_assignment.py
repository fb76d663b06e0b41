"""Filtering and sorting item assignments."""

from enum import Enum
from typing import Annotated, Optional

import strawberry

from models.filter.tree import Condition
from models.sql.ordering import Order
from schema.filter.combined import combined, order_by
from schema.filter.mixin import MixinFilter
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter, StringFilter
from schema.vocabulary.enums import ItemType, OrderDirection
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(description="Which item assignments to list: those that satisfy all given members.")
class ItemAssignmentWhere:
    and_: list["ItemAssignmentWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["ItemAssignmentWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["ItemAssignmentWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    segment_id: IDFilter | None = strawberry.field(default=None, description="By segment.")
    type: EnumFilter[ItemType] | None = strawberry.field(default=None, description="By type of item.")
    item_id: IDFilter | None = strawberry.field(default=None, description="By product or category.")
    item_code: StringFilter | None = strawberry.field(default=None, description="By the item's code.")
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="By creation.")
    modified_at: DateTimeFilter | None = strawberry.field(default=None, description="By the last change.")
    mixin: MixinFilter | None = strawberry.field(
        default=None, description="By an attribute in its mixins; several by `and`."
    )

    def condition(self) -> Condition:
        """The filter tree."""
        values = {
            ("segmentId",): self.segment_id,
            ("type",): self.type,
            ("item", "id"): self.item_id,
            ("item", "code"): self.item_code,
            ("metadata", "createdAt"): self.created_at,
            ("metadata", "modifiedAt"): self.modified_at,
            ("mixins",): self.mixin,
        }
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(
    description="What item assignments can be sorted by; segment, type and item always decide between equals."
)
class ItemAssignmentOrderField(Enum):
    SEGMENT_ID = strawberry.enum_value("segmentId", description="The segment's id.")
    TYPE = strawberry.enum_value("type", description="The type of item: categories before products.")
    ITEM_ID = strawberry.enum_value("item.id", description="The item's id.")
    ITEM_CODE = strawberry.enum_value("item.code", description="The item's code, where known.")
    ITEM_NAME = strawberry.enum_value(
        "item.name", description="The name in the language that would be shown."
    )
    CREATED_AT = strawberry.enum_value("metadata.createdAt", description="When it was created.")
    MODIFIED_AT = strawberry.enum_value("metadata.modifiedAt", description="When it was last written.")
    VERSION = strawberry.enum_value("metadata.version", description="The version.")


@converted_at_once
@strawberry.input(
    description="One field to sort item assignments by. Missing values come first, descending last."
)
class ItemAssignmentOrder:
    field: ItemAssignmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The order, as the lists read it."""
        return order_by(self.field, self.direction)


ItemAssignmentWhereArgument = Annotated[
    ItemAssignmentWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
ItemAssignmentOrderByArgument = Annotated[
    list[ItemAssignmentOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

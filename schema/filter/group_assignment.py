"""Filtering and sorting group assignments."""

from enum import Enum
from typing import Annotated, Optional

import strawberry

from models.filter.tree import Condition
from models.sql.ordering import Order
from schema.filter.combined import combined, order_by
from schema.filter.mixin import MixinFilter
from schema.filter.value import DateTimeFilter, IDFilter
from schema.vocabulary.enums import OrderDirection
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(description="Which group assignments to list: those that satisfy all given members.")
class GroupAssignmentWhere:
    and_: list["GroupAssignmentWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["GroupAssignmentWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["GroupAssignmentWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    group_id: IDFilter | None = strawberry.field(default=None, description="By group.")
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="By creation.")
    modified_at: DateTimeFilter | None = strawberry.field(default=None, description="By the last change.")
    mixin: MixinFilter | None = strawberry.field(
        default=None, description="By an attribute in its mixins; several by `and`."
    )

    def condition(self) -> Condition:
        """The same as a filter tree."""
        values = {
            ("group", "id"): self.group_id,
            ("metadata", "createdAt"): self.created_at,
            ("metadata", "modifiedAt"): self.modified_at,
            ("mixins",): self.mixin,
        }
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(description="What group assignments can be sorted by; the group decides between equals.")
class GroupAssignmentOrderField(Enum):
    GROUP_ID = strawberry.enum_value("group.id", description="The group's id.")
    GROUP_NAME = strawberry.enum_value(
        "group.name", description="The name in the language that would be shown."
    )
    CREATED_AT = strawberry.enum_value("metadata.createdAt", description="When it was created.")
    MODIFIED_AT = strawberry.enum_value("metadata.modifiedAt", description="When it was last written.")
    VERSION = strawberry.enum_value("metadata.version", description="The version.")


@converted_at_once
@strawberry.input(
    description="One field to sort group assignments by. Missing values come first, descending last."
)
class GroupAssignmentOrder:
    field: GroupAssignmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The same as the lists understand it."""
        return order_by(self.field, self.direction)


GroupAssignmentWhereArgument = Annotated[
    GroupAssignmentWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
GroupAssignmentOrderByArgument = Annotated[
    list[GroupAssignmentOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

"""Filtering and sorting segments."""

from enum import Enum
from typing import Annotated, Optional

import strawberry

from models.filter.tree import Condition
from models.ordering import Order
from schema.enums import OrderDirection, SegmentStatus
from schema.filter.combined import combined, order_by
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter, StringFilter


@strawberry.input(description="Which segments to list: all that the given members ask for.")
class SegmentWhere:
    and_: list["SegmentWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["SegmentWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["SegmentWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    id: IDFilter | None = strawberry.field(default=None, description="By id.")
    status: EnumFilter[SegmentStatus] | None = strawberry.field(default=None, description="By status.")
    site_code: StringFilter | None = strawberry.field(default=None, description="By site.")
    valid_from: DateTimeFilter | None = strawberry.field(
        default=None, description="By the start of the validity."
    )
    valid_to: DateTimeFilter | None = strawberry.field(
        default=None, description="By the end of the validity."
    )
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="By creation.")
    modified_at: DateTimeFilter | None = strawberry.field(default=None, description="By the last change.")

    def condition(self) -> Condition:
        """The same as a filter tree."""
        values = {
            ("id",): self.id,
            ("status",): self.status,
            ("siteCode",): self.site_code,
            ("validity", "from"): self.valid_from,
            ("validity", "to"): self.valid_to,
            ("metadata", "createdAt"): self.created_at,
            ("metadata", "modifiedAt"): self.modified_at,
        }
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(description="What segments can be sorted by; the id always decides between equals.")
class SegmentOrderField(Enum):
    ID = strawberry.enum_value("id", description="The id.")
    NAME = strawberry.enum_value("name", description="The name in the language that would be shown.")
    STATUS = strawberry.enum_value("status", description="Status: active before inactive.")
    SITE_CODE = strawberry.enum_value("siteCode", description="The site.")
    VALID_FROM = strawberry.enum_value("validity.from", description="When the validity begins.")
    VALID_TO = strawberry.enum_value("validity.to", description="When the validity ends.")
    CREATED_AT = strawberry.enum_value("metadata.createdAt", description="When it was created.")
    MODIFIED_AT = strawberry.enum_value("metadata.modifiedAt", description="When it was last written.")
    VERSION = strawberry.enum_value("metadata.version", description="The version.")


@strawberry.input(description="One field to sort segments by. Missing values come first, descending last.")
class SegmentOrder:
    field: SegmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The same as the lists understand it."""
        return order_by(self.field, self.direction)


SegmentWhereArgument = Annotated[
    SegmentWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
SegmentOrderByArgument = Annotated[
    list[SegmentOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

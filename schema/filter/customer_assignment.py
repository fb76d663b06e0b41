"""Filtering and sorting customer assignments."""

from enum import Enum
from typing import Annotated, Optional

import strawberry

from models.filter.tree import Condition
from models.sql.ordering import Order
from schema.filter.combined import combined, order_by
from schema.filter.mixin import MixinFilter
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter
from schema.vocabulary.enums import AssignmentType, OrderDirection
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(description="Which customer assignments to list: those that satisfy all given members.")
class CustomerAssignmentWhere:
    and_: list["CustomerAssignmentWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["CustomerAssignmentWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["CustomerAssignmentWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    customer_id: IDFilter | None = strawberry.field(default=None, description="By customer.")
    legal_entity_id: IDFilter | None = strawberry.field(
        default=None, description="By legal entity; the rows of private customers have none."
    )
    assignment_type: EnumFilter[AssignmentType] | None = strawberry.field(
        default=None, description="By how the assignment came about."
    )
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="By creation.")
    modified_at: DateTimeFilter | None = strawberry.field(default=None, description="By the last change.")
    mixin: MixinFilter | None = strawberry.field(
        default=None, description="By an attribute in its mixins; several by `and`."
    )

    def condition(self) -> Condition:
        """The filter tree."""
        values = {
            ("customer", "id"): self.customer_id,
            ("legalEntity", "id"): self.legal_entity_id,
            ("assignmentType",): self.assignment_type,
            ("metadata", "createdAt"): self.created_at,
            ("metadata", "modifiedAt"): self.modified_at,
            ("mixins",): self.mixin,
        }
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(description="What to sort by; customer and legal entity always decide between equals.")
class CustomerAssignmentOrderField(Enum):
    CUSTOMER_ID = strawberry.enum_value("customer.id", description="The customer's id.")
    CUSTOMER_FIRST_NAME = strawberry.enum_value(
        "customer.firstName", description="The customer's first name, where known."
    )
    CUSTOMER_LAST_NAME = strawberry.enum_value(
        "customer.lastName", description="The customer's last name, where known."
    )
    CUSTOMER_EMAIL = strawberry.enum_value(
        "customer.email", description="The customer's e-mail address, where known."
    )
    LEGAL_ENTITY_ID = strawberry.enum_value(
        "legalEntity.id", description="The legal entity's id; private customers before all others."
    )
    LEGAL_ENTITY_NAME = strawberry.enum_value(
        "legalEntity.name", description="The legal entity's name, where known."
    )
    ASSIGNMENT_TYPE = strawberry.enum_value("assignmentType", description="How the assignment came about.")
    CREATED_AT = strawberry.enum_value("metadata.createdAt", description="When it was created.")
    MODIFIED_AT = strawberry.enum_value("metadata.modifiedAt", description="When it was last written.")
    VERSION = strawberry.enum_value("metadata.version", description="The version.")


@converted_at_once
@strawberry.input(
    description="One field to sort customer assignments by. Missing values come first, descending last."
)
class CustomerAssignmentOrder:
    field: CustomerAssignmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The order, as the lists read it."""
        return order_by(self.field, self.direction)


CustomerAssignmentWhereArgument = Annotated[
    CustomerAssignmentWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
CustomerAssignmentOrderByArgument = Annotated[
    list[CustomerAssignmentOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

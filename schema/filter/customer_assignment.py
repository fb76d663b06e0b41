"""Filtering and sorting customer assignments."""

from enum import Enum
from typing import Optional

import strawberry

from models.filter.tree import Condition
from models.ordering import Order
from schema.enums import AssignmentType, OrderDirection
from schema.filter.combined import combined, order_by
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter


@strawberry.input(description="Which customer assignments to list: all that the given members ask for.")
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

    def condition(self) -> Condition:
        """The same as a filter tree."""
        values = {
            ("customer", "id"): self.customer_id,
            ("legalEntity", "id"): self.legal_entity_id,
            ("assignmentType",): self.assignment_type,
            ("metadata", "createdAt"): self.created_at,
            ("metadata", "modifiedAt"): self.modified_at,
        }
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(description="What to sort by; customer and legal entity always decide between equals.")
class CustomerAssignmentOrderField(Enum):
    CUSTOMER_ID = "customer.id"
    CUSTOMER_FIRST_NAME = "customer.firstName"
    CUSTOMER_LAST_NAME = "customer.lastName"
    CUSTOMER_EMAIL = "customer.email"
    LEGAL_ENTITY_ID = "legalEntity.id"
    LEGAL_ENTITY_NAME = "legalEntity.name"
    ASSIGNMENT_TYPE = "assignmentType"
    CREATED_AT = "metadata.createdAt"
    MODIFIED_AT = "metadata.modifiedAt"
    VERSION = "metadata.version"


@strawberry.input(
    description="One field to sort customer assignments by. Missing values come first, descending last."
)
class CustomerAssignmentOrder:
    field: CustomerAssignmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The same as the lists understand it."""
        return order_by(self.field, self.direction)

"""Filtering and sorting customers."""

from enum import Enum
from typing import Annotated, Optional

import strawberry

from models.filter.tree import Condition, Some
from models.sql.ordering import Order
from resolvers.reference.customers import IN_SEGMENT, LEGAL_ENTITIES
from schema.filter.combined import combined, order_by
from schema.filter.mixin import MixinFilter
from schema.filter.value import IDFilter, StringFilter
from schema.vocabulary.enums import OrderDirection
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(description="Which legal entity: one that satisfies all given members.")
class LegalEntityWhere:
    and_: list["LegalEntityWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["LegalEntityWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["LegalEntityWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    id: IDFilter | None = strawberry.field(default=None, description="By id.")
    name: StringFilter | None = strawberry.field(
        default=None, description="By name; one that the gateway does not know has none."
    )
    mixin: MixinFilter | None = strawberry.field(default=None, description="By an attribute in its mixins.")

    def condition(self) -> Condition:
        """The filter tree, on a customer's legal entities."""
        values = {
            (*LEGAL_ENTITIES.path, "id"): self.id,
            (*LEGAL_ENTITIES.path, "name"): self.name,
            (*LEGAL_ENTITIES.path, "mixins"): self.mixin,
        }
        return combined(values, self.and_, self.or_, self.not_)


@converted_at_once
@strawberry.input(description="Which customers to list: those who satisfy all given members.")
class CustomerWhere:
    and_: list["CustomerWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["CustomerWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["CustomerWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    id: IDFilter | None = strawberry.field(default=None, description="By id.")
    first_name: StringFilter | None = strawberry.field(default=None, description="By first name.")
    last_name: StringFilter | None = strawberry.field(default=None, description="By last name.")
    email: StringFilter | None = strawberry.field(default=None, description="By e-mail address.")
    mixin: MixinFilter | None = strawberry.field(
        default=None, description="By an attribute in their mixins; several by `and`."
    )
    legal_entity: LegalEntityWhere | None = strawberry.field(
        default=None,
        description="They may act for a legal entity of which all of this holds; of `{}`, for any.",
    )

    in_segment: strawberry.ID | None = strawberry.field(
        default=None,
        description="They are assigned to this segment, whatever its status. Needs segment_read.",
    )

    def condition(self) -> Condition:
        """The filter tree."""
        values = {
            ("id",): self.id,
            ("firstName",): self.first_name,
            ("lastName",): self.last_name,
            ("email",): self.email,
            ("mixins",): self.mixin,
            LEGAL_ENTITIES.path: _SomeLegalEntity(self.legal_entity) if self.legal_entity else None,
            IN_SEGMENT: None if self.in_segment is None else IDFilter(eq=self.in_segment),
        }
        return combined(values, self.and_, self.or_, self.not_)


class _SomeLegalEntity:
    """A filter on a customer's legal entities.

    The customer may act for them.
    """

    def __init__(self, where: LegalEntityWhere) -> None:
        self._where = where

    def conditions(self, path: tuple[str, ...]) -> list[Condition]:
        return [Some(path, self._where.condition())]


@strawberry.enum(description="What customers can be sorted by; the id always decides between equals.")
class CustomerOrderField(Enum):
    ID = strawberry.enum_value("id", description="The id.")
    FIRST_NAME = strawberry.enum_value("firstName", description="The first name.")
    LAST_NAME = strawberry.enum_value("lastName", description="The last name.")
    EMAIL = strawberry.enum_value("email", description="The e-mail address.")


@converted_at_once
@strawberry.input(description="One field to sort customers by. Missing values come first, descending last.")
class CustomerOrder:
    field: CustomerOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The order, as the lists read it."""
        return order_by(self.field, self.direction)


CustomerWhereArgument = Annotated[
    CustomerWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
CustomerOrderByArgument = Annotated[
    list[CustomerOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

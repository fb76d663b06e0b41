"""Filtering and sorting segments."""

from typing import Annotated

import strawberry

from models.sql.ordering import Order
from schema.filter.combined import order_by
from schema.types.segment_members import SegmentOrderField, SegmentWhere
from schema.vocabulary.enums import OrderDirection
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(description="One field to sort segments by. Missing values come first, descending last.")
class SegmentOrder:
    field: SegmentOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way.")

    def order(self) -> Order:
        """The order, as the lists read it."""
        return order_by(self.field, self.direction)


SegmentWhereArgument = Annotated[
    SegmentWhere | None,
    strawberry.argument(description="Only rows of which this holds; with `q`, of which both hold."),
]
SegmentOrderByArgument = Annotated[
    list[SegmentOrder] | None,
    strawberry.argument(description="What to sort by, the first field before the others; at most 10."),
]

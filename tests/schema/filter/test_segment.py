from typing import get_args

import strawberry

from models.sql.ordering import Order
from resolvers.segment.members import SEGMENTS
from schema.filter.segment import SegmentOrder, SegmentOrderByArgument, SegmentWhereArgument
from schema.types.segment_members import SegmentOrderField
from schema.vocabulary.enums import OrderDirection


def test_every_order_is_by_a_field() -> None:
    for field in SegmentOrderField:
        order = SegmentOrder(field=field, direction=OrderDirection.DESC).order()
        assert order == Order(tuple(str(field.value).split(".")), descending=True)
        assert SEGMENTS.resolve(order.path).subpath == ()


def test_arguments_are_described() -> None:
    annotations = [get_args(argument)[1] for argument in (SegmentWhereArgument, SegmentOrderByArgument)]
    assert [annotation.description for annotation in annotations] == [
        "Only rows of which this holds; with `q`, of which both hold.",
        "What to sort by, the first field before the others; at most 10.",
    ]
    assert isinstance(strawberry.argument(), type(annotations[0]))

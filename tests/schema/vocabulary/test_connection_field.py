"""List fields that are built from their declaration."""

import inspect
from typing import Any

import strawberry
from graphql import print_type

from resolvers.reference.customers import customers
from resolvers.segment.read import segments_of_customers
from schema.filter.segment import SegmentOrderByArgument, SegmentWhereArgument
from schema.types.segment import Segment
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import ListArgument, connection_field
from schema.vocabulary.declaration import declaration_of
from schema.vocabulary.relation import ToMany, TopList

TOP = TopList("Segment", rows=customers)
CHILDREN = ToMany("Segment", children=segments_of_customers)


def field(relation: ToMany | TopList) -> Any:
    return connection_field(
        relation,
        Connection[Segment],
        "The segments.",
        where=SegmentWhereArgument,
        order_by=SegmentOrderByArgument,
        selecting={"site": str | None, "only_active": ListArgument(bool, default=True)},
    )


def names(relation: ToMany | TopList) -> list[str]:
    return list(inspect.signature(field(relation).base_resolver.wrapped_func).parameters)


PAGING = ["first", "after", "last", "before"]


def test_a_list_of_the_query_has_its_own_arguments_after_the_filter() -> None:
    assert names(TOP) == ["info", "q", "where", "order_by", "site", "only_active", *PAGING]


def test_a_list_of_a_row_has_its_own_arguments_first() -> None:
    assert names(CHILDREN) == ["self", "info", "site", "only_active", "q", "where", "order_by", *PAGING]


def test_the_field_declares_its_list() -> None:
    assert declaration_of(field(TOP)) is TOP


def test_defaults_are_in_the_schema() -> None:
    query = strawberry.type(type("Query", (), {"segments": field(TOP)}))
    core = strawberry.Schema(query)._schema  # noqa: SLF001  (graphql-core's schema has the printer)
    assert core.query_type is not None
    assert "onlyActive: Boolean! = true" in print_type(core.query_type)

"""A second subgraph: orders, which refer to customers and segments of the gateway and add to them.

It follows Relay's specification, with an interface `Node` that differs from the gateway's.
"""

from typing import Final

import strawberry
from starlette.applications import Starlette
from strawberry.asgi import GraphQL

ORDERS: Final = (
    ("1", "bob", "gold"),
    ("2", "anna", "silver"),
    ("3", "bob", "gold"),
    ("4", "dora", "nowhere"),
)
"""Their ids, customers and segments."""
OUT_OF_ORDER: Final = "bronze"
"""The segment whose discount cannot be told."""


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.federation.type(keys=["id"])
class Customer(Node):
    email: str | None = strawberry.federation.field(
        override="segments", resolver=lambda root: f"{root.id}@orders.example"
    )

    @strawberry.field
    def orders(self) -> list["Order"]:
        return [_order(row) for row in ORDERS if row[1] == self.id]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Customer":  # noqa: A002  (the key's name)
        return cls(id=id)


@strawberry.federation.type(keys=["id"])
class Segment:
    id: strawberry.ID

    @strawberry.field
    def discount(self) -> int | None:
        if self.id == OUT_OF_ORDER:
            raise ValueError("the discount is out of order")
        return len(self.id)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Segment":  # noqa: A002  (the key's name)
        return cls(id=id)


@strawberry.federation.type(keys=["id"])
class Order(Node):
    customer: Customer | None
    segment: Segment | None


@strawberry.federation.type(shareable=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class OrderEdge:
    cursor: str
    node: Order


@strawberry.type
class OrderConnection:
    edges: list[OrderEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    def node(self, id: strawberry.ID) -> Node | None:  # noqa: A002  (Relay's name)
        return next((_order(row) for row in ORDERS if row[0] == id), None)

    @strawberry.field
    def orders(self) -> OrderConnection:
        edges = [OrderEdge(cursor=row[0], node=_order(row)) for row in ORDERS]
        page_info = PageInfo(
            has_next_page=False,
            has_previous_page=False,
            start_cursor=edges[0].cursor,
            end_cursor=edges[-1].cursor,
        )
        return OrderConnection(edges=edges, page_info=page_info)


def _order(row: tuple[str, str, str]) -> Order:
    order_id, customer_id, segment_id = map(strawberry.ID, row)
    return Order(id=order_id, customer=Customer(id=customer_id), segment=Segment(id=segment_id))


SCHEMA: Final = strawberry.federation.Schema(query=Query, federation_version="2.4")
SDL: Final = SCHEMA.as_str()
APP: Final = Starlette()
APP.mount("/graphql", GraphQL[object, object](SCHEMA))

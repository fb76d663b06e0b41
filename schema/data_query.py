"""The fields of Query that show the shop's data."""

from typing import Final, TypeVar, cast

import strawberry

from models.tables.reference import category, customer, customer_group, product
from resolvers.caller import Scope
from resolvers.errors import Unauthenticated
from resolvers.match import match_items
from resolvers.reference.customers import customers
from resolvers.reference.read import visible_lookup
from resolvers.segment.read import segments_by_id
from schema.filter.customer import CustomerOrderByArgument, CustomerWhereArgument
from schema.filter.item_assignment import ItemAssignmentOrderByArgument, ItemAssignmentWhereArgument
from schema.filter.segment import SegmentOrderByArgument, SegmentWhereArgument
from schema.query_arguments import (
    ActsFor,
    CustomerId,
    Id,
    MatchedSegmentIds,
    NodeId,
    NodeIds,
    OfCustomer,
    OnlyActive,
    ProductIds,
    SiteOfSegments,
)
from schema.types.category_tree import CATEGORY_TREES, CategoryTree, forest
from schema.types.customer import Customer
from schema.types.item_assignment import ALL_ITEM_ASSIGNMENTS, ItemAssignment
from schema.types.reference import Category, Group, Product
from schema.types.segment import SEGMENTS, Segment
from schema.types.viewer import Viewer, view_as
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import ListArgument, connection_field
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.list_arguments import LegalEntityId, SiteCode
from schema.vocabulary.lookup import NODE, node_by_id, nodes_by_id
from schema.vocabulary.node import Node
from schema.vocabulary.relation import TopList, TopOne
from schema.vocabulary.view import At

NodeType = TypeVar("NodeType", bound=Node)

SEGMENT: Final = TopOne("Segment", segments_by_id)
CUSTOMERS: Final = TopList("Customer", rows=customers)
CUSTOMER: Final = TopOne("Customer", visible_lookup(customer))
GROUP: Final = TopOne("Group", visible_lookup(customer_group))
PRODUCT: Final = TopOne("Product", visible_lookup(product))
CATEGORY: Final = TopOne("Category", visible_lookup(category))


@strawberry.type
class DataQuery:
    """The fields that show the caller and the shop's data.

    `Query` adds the others.
    """

    @strawberry.field(
        description="The caller, their scopes, and their own view. Needs a token, with any scopes."
    )
    def viewer(self, info: Info) -> Viewer:
        if info.context.caller.is_anonymous:
            raise Unauthenticated()
        return Viewer(caller=info.context.caller)

    @strawberry.field(
        description="What a customer sees: the same as `viewer` shows them with their own token, for "
        "themselves or, with `legalEntityId`, for whom they act. Each use is logged. Needs segment_read."
    )
    def view_as(
        self,
        info: Info,
        customer_id: CustomerId,
        legal_entity_id: ActsFor = None,
        at: At = None,
    ) -> Viewer:
        return view_as(info, customer_id, legal_entity_id, at)

    @strawberry.field(
        description="One segment; null where there is none, or none that the caller may see. "
        "REST: `GET /segments/{segmentId}`.",
        metadata=declared(SEGMENT),
    )
    async def segment(self, info: Info, id: Id) -> Segment | None:
        return await _found(info, SEGMENT, Segment, id)

    segments = connection_field(
        SEGMENTS,
        Connection[Segment],
        "The segments that the caller may see, by id: all with segment_read, their own active "
        "ones with segment_read_own. REST: `GET /segments`.",
        where=SegmentWhereArgument,
        order_by=SegmentOrderByArgument,
        selecting={"customer_id": OfCustomer, "legal_entity_id": LegalEntityId},
    )

    item_assignments = connection_field(
        ALL_ITEM_ASSIGNMENTS,
        Connection[ItemAssignment],
        "The items of all segments that the caller may see, by segment, type and id; "
        "an item in two segments comes twice. REST: `GET /segments/items`.",
        where=ItemAssignmentWhereArgument,
        order_by=ItemAssignmentOrderByArgument,
        selecting={
            "site_code": SiteCode,
            "legal_entity_id": LegalEntityId,
            "only_active": ListArgument(OnlyActive, default=False),
        },
    )

    @strawberry.field(
        description="The categories in the caller's active segments under their ancestors, as a forest. "
        "Needs segment_read_own, or segment_read for another customer. "
        "REST: `GET /segments/items/category-trees`.",
        metadata=declared(CATEGORY_TREES),
    )
    async def category_trees(
        self,
        info: Info,
        site_code: SiteCode = None,
        legal_entity_id: LegalEntityId = None,
        customer_id: OfCustomer = None,
    ) -> list[CategoryTree]:
        return await forest(
            info, site_code=site_code, legal_entity_id=legal_entity_id, customer_id=customer_id
        )

    @strawberry.field(
        description="Those of the products that an active one of the segments on the site holds, directly or "
        "through a category that they are directly in; in the order asked for. Needs segment_manage. "
        "REST: `POST /segments/match`."
    )
    async def match_items(
        self,
        info: Info,
        site_code: SiteOfSegments,
        item_ids: ProductIds,
        segment_ids: MatchedSegmentIds,
    ) -> list[strawberry.ID]:
        matching = await match_items(
            await info.context.reading(Scope.MANAGE),
            site_code=site_code,
            item_ids=item_ids,
            segment_ids=segment_ids,
        )
        return [strawberry.ID(item_id) for item_id in matching]

    @strawberry.field(
        description="A known customer; in the own view only the caller.",
        metadata=declared(CUSTOMER),
    )
    async def customer(self, info: Info, id: Id) -> Customer | None:
        return await _found(info, CUSTOMER, Customer, id)

    customers = connection_field(
        CUSTOMERS,
        Connection[Customer],
        "The known customers, by id; in the own view the caller alone.",
        where=CustomerWhereArgument,
        order_by=CustomerOrderByArgument,
    )

    @strawberry.field(
        description="A known group of customers or employees; in the own view only the caller's.",
        metadata=declared(GROUP),
    )
    async def group(self, info: Info, id: Id) -> Group | None:
        return await _found(info, GROUP, Group, id)

    @strawberry.field(
        description="A known product; in the own view what the caller's segments lead to.",
        metadata=declared(PRODUCT),
    )
    async def product(self, info: Info, id: Id) -> Product | None:
        return await _found(info, PRODUCT, Product, id)

    @strawberry.field(
        description="A known category; in the own view what the caller's segments lead to.",
        metadata=declared(CATEGORY),
    )
    async def category(self, info: Info, id: Id) -> Category | None:
        return await _found(info, CATEGORY, Category, id)

    @strawberry.field(
        description="The object with this nodeId; null where there is none, or none that the caller may see.",
        metadata=declared(NODE),
    )
    async def node(self, info: Info, node_id: NodeId) -> Node | None:
        return await node_by_id(await info.context.reading(), node_id, info.context.columns_of)

    @strawberry.field(
        description="The objects with these nodeIds, in their order; at most 100. "
        "In the place of a malformed nodeId stands null, with an error at its index."
    )
    async def nodes(self, info: Info, node_ids: NodeIds) -> list[Node | None]:
        # A failure among the objects is not one of them: graphql-core makes it null and an error.
        return cast(
            "list[Node | None]",
            await nodes_by_id(await info.context.reading(), node_ids, info.context.columns_of),
        )


async def _found(info: Info, top: TopOne, node_type: type[NodeType], row_id: str) -> NodeType | None:
    columns = info.context.columns_of(top.node)
    rows = await top.batch(await info.context.reading(), [row_id], columns=columns)
    return node_type(row=rows[row_id]) if row_id in rows else None

"""The fields of Query."""

from datetime import datetime
from typing import Annotated, Final, TypeVar, cast

import strawberry

from models.tables.reference import category, customer, customer_group, product
from resolvers.caller import Scope
from resolvers.changes.follow import await_changes
from resolvers.changes.read import newest_cursor
from resolvers.errors import Unauthenticated
from resolvers.explain.membership import explain_membership
from resolvers.explain.visibility import MOST_SEGMENTS, explain_visibility
from resolvers.match import match_items
from resolvers.reference.customers import customers
from resolvers.reference.read import visible_lookup
from resolvers.segment.read import segments_by_id
from resolvers.webhook.read import webhook_by_id, webhooks
from schema.filter.customer import CustomerOrderByArgument, CustomerWhereArgument
from schema.filter.item_assignment import ItemAssignmentOrderByArgument, ItemAssignmentWhereArgument
from schema.filter.segment import SegmentOrderByArgument, SegmentWhereArgument
from schema.types.category_tree import CATEGORY_TREES, CategoryTree, forest
from schema.types.change import After as AfterChange
from schema.types.change import ChangeBatch, SegmentIds, Types, filter_of
from schema.types.change import OfCustomer as ChangesOfCustomer
from schema.types.customer import Customer
from schema.types.explanation import Explanation
from schema.types.item_assignment import ALL_ITEM_ASSIGNMENTS, ItemAssignment
from schema.types.reference import Category, Group, Product
from schema.types.rule import SegmentRuleInput
from schema.types.rule_preview import RulePreview, rule_preview
from schema.types.segment import SEGMENTS, Segment
from schema.types.viewer import Viewer, view_as
from schema.types.webhook import Webhook
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import ListArgument, connection_field
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.enums import ItemType
from schema.vocabulary.list_arguments import LegalEntityId, SiteCode
from schema.vocabulary.lookup import NODE, node_by_id, nodes_by_id
from schema.vocabulary.node import Node
from schema.vocabulary.relation import TopList, TopOne
from schema.vocabulary.view import At

NodeType = TypeVar("NodeType", bound=Node)

Id = Annotated[strawberry.ID, strawberry.argument(description="The contract's own id.")]
NodeId = Annotated[strawberry.ID, strawberry.argument(description="A `nodeId` of this schema.")]
NodeIds = Annotated[list[strawberry.ID], strawberry.argument(description="Ids as `nodeId` shows them.")]
ActsFor = Annotated[
    strawberry.ID | None, strawberry.argument(description="The legal entity that the customer acts for.")
]
OfCustomer = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="For this customer instead of the caller. Needs segment_read."),
]
OnlyActive = Annotated[
    bool, strawberry.argument(description="Only of active segments; always so in the own view.")
]

SEGMENT: Final = TopOne("Segment", segments_by_id)
CUSTOMERS: Final = TopList("Customer", rows=customers)
CUSTOMER: Final = TopOne("Customer", visible_lookup(customer))
GROUP: Final = TopOne("Group", visible_lookup(customer_group))
PRODUCT: Final = TopOne("Product", visible_lookup(product))
CATEGORY: Final = TopOne("Category", visible_lookup(category))


@strawberry.type(description="All queries. The results of one request are as of one instant.")
class Query:
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
        customer_id: Annotated[strawberry.ID, strawberry.argument(description="The customer.")],
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
        site_code: Annotated[str, strawberry.argument(description="The site of the segments.")],
        item_ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Products; at most 10,000.")
        ],
        segment_ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Segments; at most 10,000.")
        ],
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

    @strawberry.field(
        description="Whether a customer is assigned to a segment, for themselves or on behalf of a legal "
        "entity, or a group of theirs on the same behalf; and why. Needs segment_read."
    )
    async def explain_membership(
        self, info: Info, segment_id: Id, customer_id: Id, legal_entity_id: ActsFor = None
    ) -> Explanation:
        reader = await info.context.reading(Scope.READ)
        return Explanation.of(await explain_membership(reader, segment_id, customer_id, legal_entity_id))

    @strawberry.field(
        description="Whether a customer's segments show them a product or category, and why: one reason "
        f"for each segment that leads to it, up to {MOST_SEGMENTS}. Needs segment_read."
    )
    async def explain_visibility(
        self,
        info: Info,
        customer_id: Id,
        type: Annotated[ItemType, strawberry.argument(description="What the item is.")],
        item_id: Id,
        legal_entity_id: ActsFor = None,
        site_code: SiteCode = None,
    ) -> Explanation:
        explanation = await explain_visibility(
            await info.context.reading(Scope.READ),
            customer_id,
            type.name,
            item_id,
            legal_entity_id=legal_entity_id,
            site_code=site_code,
        )
        return Explanation.of(explanation)

    @strawberry.field(
        description="What setting a rule for a segment would change; nothing is changed. Only what is "
        "selected is worked out. Needs segment_read. REST: `POST /segments/{segmentId}/rule/preview`."
    )
    async def segment_rule_preview(
        self,
        info: Info,
        segment_id: Annotated[strawberry.ID, strawberry.argument(description="The segment.")],
        rule: Annotated[SegmentRuleInput, strawberry.argument(description="The rule that is not set yet.")],
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="As of this instant in place of now; it may be relative to now: `now+P30D`."
            ),
        ] = None,
    ) -> RulePreview:
        return await rule_preview(info, segment_id, rule, at)

    @strawberry.field(
        description="Changes behind a cursor, oldest first; without one, from the oldest that is kept. All "
        "of the tenant with segment_read; with segment_read_own those of the caller's own assignments and "
        "groups, and of segments and items while the segment is in their view. CURSOR_EXPIRED is a cursor "
        "whose changes are deleted, CURSOR_UNKNOWN one of another log."
    )
    async def changes(
        self,
        info: Info,
        after: AfterChange = None,
        first: Annotated[int, strawberry.argument(description="At most so many, up to 1,000.")] = 100,
        types: Types = None,
        segment_ids: SegmentIds = None,
        customer_id: ChangesOfCustomer = None,
        wait_seconds: Annotated[
            int,
            strawberry.argument(
                description="Where there are no changes, wait for some, up to 30 seconds and at most as long "
                "as a request may take; then the batch is empty."
            ),
        ] = 0,
    ) -> ChangeBatch:
        batch = await await_changes(
            info.context.reader_of_changes,
            info.context.database.heads,
            after,
            first=first,
            change_filter=filter_of(types, segment_ids, customer_id),
            seconds=wait_seconds,
        )
        return ChangeBatch.of(batch)

    @strawberry.field(
        description="The cursor of the newest change: where a reader begins who follows what is to come."
    )
    async def changes_cursor(self, info: Info) -> str:
        return await newest_cursor(await info.context.reading())

    @strawberry.field(
        description="The tenant's webhooks, at most 50, in the order of their creation. Needs segment_manage."
    )
    async def webhooks(self, info: Info) -> list[Webhook]:
        reader = await info.context.reading(Scope.MANAGE)
        return [Webhook(row=row) for row in await webhooks(reader)]

    @strawberry.field(description="One webhook; null where there is none. Needs segment_manage.")
    async def webhook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Webhook | None:
        row = await webhook_by_id(await info.context.reading(Scope.MANAGE), id)
        return None if row is None else Webhook(row=row)


async def _found(info: Info, top: TopOne, node_type: type[NodeType], row_id: str) -> NodeType | None:
    columns = info.context.columns_of(top.node)
    rows = await top.batch(await info.context.reading(), [row_id], columns=columns)
    return node_type(row=rows[row_id]) if row_id in rows else None

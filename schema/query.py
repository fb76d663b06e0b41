"""The fields of Query."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.caller import Scope
from resolvers.changes.follow import await_changes
from resolvers.changes.read import newest_cursor
from resolvers.explain.membership import explain_membership
from resolvers.explain.visibility import MOST_SEGMENTS, explain_visibility
from resolvers.webhook.read import webhook_by_id, webhooks
from schema.data_query import DataQuery
from schema.query_arguments import ActsFor, FirstChanges, Id, WaitSeconds
from schema.types.change import After as AfterChange
from schema.types.change import ChangeBatch, SegmentIds, Types, filter_of
from schema.types.change import OfCustomer as ChangesOfCustomer
from schema.types.explanation import Explanation
from schema.types.rule import SegmentRuleInput
from schema.types.rule_preview import RulePreview, rule_preview
from schema.types.webhook import Webhook
from schema.vocabulary.context import Info
from schema.vocabulary.enums import ItemType
from schema.vocabulary.list_arguments import SiteCode


@strawberry.type(description="All queries. The results of one request are as of one instant.")
class Query(DataQuery):
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
        first: FirstChanges = 100,
        types: Types = None,
        segment_ids: SegmentIds = None,
        customer_id: ChangesOfCustomer = None,
        wait_seconds: WaitSeconds = 0,
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
        description="The cursor of the newest change: where a reader begins who follows what is to come. A "
        "query that is sent with it in the header `Segments-After` is no older, also on a standby."
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

"""The fields of Subscription."""

from collections.abc import AsyncIterator

import strawberry

from resolvers.caller import Scope
from resolvers.changes.follow import follow_changes
from schema.types.change import After, ChangeBatch, ChangeEvents, OfCustomer, SegmentIds, Types, filter_of
from schema.vocabulary.context import Info


@strawberry.type(
    description="What can be followed, over WebSocket (graphql-transport-ws) or server-sent events. "
    "A subscription ends with its token."
)
class Subscription:
    @strawberry.subscription(
        description="Changes behind a cursor, oldest first, and then each when it is committed; without a "
        "cursor those from now on, after an empty batch that has the cursor to go on from. Who sees what is "
        "as in the query `changes`."
    )
    async def changes(
        self,
        info: Info,
        after: After = None,
        types: Types = None,
        segment_ids: SegmentIds = None,
        customer_id: OfCustomer = None,
    ) -> AsyncIterator[ChangeBatch]:
        info.context.caller.require(Scope.READ, Scope.READ_OWN)
        change_filter = filter_of(types, segment_ids, customer_id)
        context = info.context
        return ChangeEvents(
            await follow_changes(context.reader_of_changes, context.feeds, after, change_filter)
        )

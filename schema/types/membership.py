"""How the customer that a list is about is in one of its segments."""

from typing import Final

from resolvers.caller import Scope
from resolvers.membership import Membership
from resolvers.segment.memberships import memberships
from schema.vocabulary.context import Info
from schema.vocabulary.node import Node, Origin

NO_LIST: Final = Origin(None, {})


async def membership_of(info: Info, segment: Node) -> Membership | None:
    """The membership of the customer whose list the segment is from, else of the caller in their own view."""
    caller, origin = info.context.caller, segment.origin or NO_LIST
    customer_id = origin.parent or origin.selection.get("customer_id")
    if customer_id is None and not caller.has(Scope.READ):
        customer_id = caller.customer_id
    if customer_id is None:
        return None
    key = segment.row["id"], customer_id, origin.selection.get("legal_entity_id")
    return await info.context.loaders.value(memberships, key)

"""How the customer that a list is about is in one of its segments."""

from typing import Any, Final

from models.sql.prepared import Row
from resolvers.caller import Caller, Scope
from resolvers.membership import Membership
from resolvers.segment.memberships import SegmentOfCustomer, memberships
from schema.vocabulary.context import Info
from schema.vocabulary.node import Node
from schema.vocabulary.relation import NO_LIST, OfOrigin, Origin


def _key(caller: Caller, row: Row, origin: Origin) -> SegmentOfCustomer | None:
    """The segment, and the customer whose list it is from, else the caller in their own view."""
    customer_id: Any = origin.parent or origin.selection.get("customer_id")
    if customer_id is None and not caller.has(Scope.READ):
        customer_id = caller.customer_id
    if customer_id is None:
        return None
    return row["id"], customer_id, origin.selection.get("legal_entity_id")


MEMBERSHIP: Final = OfOrigin(_key, memberships)


async def membership_of(info: Info, segment: Node) -> Membership | None:
    """The membership of the customer in the segment; None where there is no customer, or they are not."""
    key = _key(info.context.caller, segment.row, segment.origin or NO_LIST)
    return None if key is None else await info.context.loaders.value(memberships, key)

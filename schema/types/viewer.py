"""The caller and their permissions."""

from datetime import datetime
from enum import Enum
from typing import Final

import strawberry
import structlog
from sqlalchemy import Table

from models.sql.prepared import Row
from models.tables.columns import instant_text
from models.tables.reference import customer, legal_entity
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.errors import InvalidArgument
from resolvers.reference.read import visible_references_by_id
from resolvers.values.text import require_short
from resolvers.visibility import reads_something
from schema.filter.item_assignment import ItemAssignmentOrderByArgument, ItemAssignmentWhereArgument
from schema.filter.segment import SegmentOrderByArgument, SegmentWhereArgument
from schema.types.category_tree import CategoryTree, forest
from schema.types.customer import Customer
from schema.types.item_assignment import ALL_ITEM_ASSIGNMENTS, ItemAssignment
from schema.types.reference import LegalEntity
from schema.types.segment import SEGMENTS, Segment
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import own_view_field
from schema.vocabulary.context import Info
from schema.vocabulary.list_arguments import LegalEntityId, SiteCode
from schema.vocabulary.view import At, enter_own_view, enter_view

log = structlog.get_logger(__name__)
OWN: Final = "Needs segment_read_own."


@strawberry.enum(description="How much of the tenant a caller may read.")
class ReadAccess(Enum):
    ALL = strawberry.enum_value("ALL", description="Everything: the scope segment_read.")
    OWN = strawberry.enum_value(
        "OWN", description="The caller's own active segments and what is in them: the scope segment_read_own."
    )
    NONE = strawberry.enum_value("NONE", description="Nothing.")


@strawberry.type(
    description="A caller with their scopes, and what they see as a customer: their own active segments and "
    "what is in them, whatever else they may read."
)
class Viewer:
    caller: strawberry.Private[Caller]

    @strawberry.field(description="The tenant whose data all answers come from.")
    def tenant(self) -> str:
        return self.caller.tenant

    @strawberry.field(description="The token's subject.")
    def subject(self) -> str | None:
        return self.caller.subject

    @strawberry.field(description="The scopes that the token carries. None implies another.")
    def scopes(self) -> list[str]:
        return sorted(self.caller.scopes)

    @strawberry.field(description="How much of the tenant the caller may read.")
    def read_access(self) -> ReadAccess:
        if self.caller.has(Scope.READ):
            return ReadAccess.ALL
        reads_own = self.caller.has(Scope.READ_OWN) and self.caller.customer_id is not None
        return ReadAccess.OWN if reads_own else ReadAccess.NONE

    @strawberry.field(description="Whether the caller may write, and match items: the scope segment_manage.")
    def can_manage(self) -> bool:
        return self.caller.has(Scope.MANAGE)

    @strawberry.field(description="The customer that the token speaks for; null for a service.")
    async def customer(self, info: Info) -> Customer | None:
        customer_id = self.caller.customer_id
        if customer_id is None:
            return None
        rows = await _known(await info.context.reader(), customer, customer_id)
        return Customer(row=rows.get(customer_id, {"id": customer_id}))

    @strawberry.field(description="The legal entity that the token's customer acts for; null for none.")
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        legal_entity_id = self.caller.legal_entity_id
        if legal_entity_id is None:
            return None
        rows = await _known(await info.context.reader(), legal_entity, legal_entity_id)
        return LegalEntity(row=rows.get(legal_entity_id, {"id": legal_entity_id}))

    segments = own_view_field(
        SEGMENTS,
        Connection[Segment],
        f"The customer's own active segments, by id. {OWN}",
        where=SegmentWhereArgument,
        order_by=SegmentOrderByArgument,
        selecting={"legal_entity_id": LegalEntityId},
        fixed={"customer_id": None},
    )

    item_assignments = own_view_field(
        ALL_ITEM_ASSIGNMENTS,
        Connection[ItemAssignment],
        f"The items of those segments, by segment, type and id; an item in two comes twice. {OWN}",
        where=ItemAssignmentWhereArgument,
        order_by=ItemAssignmentOrderByArgument,
        selecting={"site_code": SiteCode, "legal_entity_id": LegalEntityId},
        fixed={"only_active": True},
    )

    @strawberry.field(
        description=f"The categories in those segments under their ancestors, as a forest. {OWN}"
    )
    async def category_trees(
        self, info: Info, site_code: SiteCode = None, legal_entity_id: LegalEntityId = None, at: At = None
    ) -> list[CategoryTree]:
        enter_own_view(info, at)
        return await forest(info, site_code=site_code, legal_entity_id=legal_entity_id)


def view_as(info: Info, customer_id: str, legal_entity_id: str | None, at: datetime | None) -> Viewer:
    """The view of a customer, for a field's selection.

    The customer becomes the caller of the field and of all below it. Needs segment_read. The log records
    the caller and the customer. Raises Forbidden or InvalidArgument.
    """
    context = info.context
    context.caller.require(Scope.READ)
    if not customer_id:
        raise InvalidArgument("The id of a customer is expected.", path=("customerId",))
    require_short([customer_id], ("customerId",))
    require_short([legal_entity_id or ""], ("legalEntityId",))
    customers_caller = context.caller.as_customer(customer_id, legal_entity_id)
    view = enter_view(info, customers_caller, at)
    log.info(
        "view as",
        tenant=context.caller.tenant,
        actor=context.caller.subject,
        customer_id=customer_id,
        legal_entity_id=customers_caller.legal_entity_id,
        at=instant_text(view.now),
        request_id=context.request_id,
    )
    return Viewer(caller=customers_caller)


async def _known(reader: Reader, table: Table, reference_id: str) -> dict[str, Row]:
    """The known record of a token's customer or entity.

    It has only data that the caller could read directly.
    """
    if not reads_something(reader):
        return {}
    return await visible_references_by_id(reader, table, [reference_id])

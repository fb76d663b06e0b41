"""Who is asking, and what they may do."""

from enum import Enum

import strawberry
from sqlalchemy import Table

from models.sql.prepared import Row
from models.tables.reference import customer, legal_entity
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.reference.read import visible_references_by_id
from resolvers.visibility import reads_something
from schema.types.customer import Customer
from schema.types.reference import LegalEntity
from schema.vocabulary.context import Info


@strawberry.enum(description="How much of the tenant a caller may read.")
class ReadAccess(Enum):
    ALL = strawberry.enum_value("ALL", description="Everything: the scope segment_read.")
    OWN = strawberry.enum_value(
        "OWN", description="The caller's own active segments and what is in them: the scope segment_read_own."
    )
    NONE = strawberry.enum_value("NONE", description="Nothing.")


@strawberry.type(description="The caller and their scopes, as the bearer token says.")
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
        own = self.caller.has(Scope.READ_OWN) and self.caller.customer_id is not None
        return ReadAccess.OWN if own else ReadAccess.NONE

    @strawberry.field(description="Whether the caller may write, and match items: the scope segment_manage.")
    def can_manage(self) -> bool:
        return self.caller.has(Scope.MANAGE)

    @strawberry.field(description="The customer that the token speaks for; null for a service.")
    async def customer(self, info: Info) -> Customer | None:
        customer_id = self.caller.customer_id
        if customer_id is None:
            return None
        known = await _known(await info.context.reader(), customer, customer_id)
        return Customer(row=known.get(customer_id, {"id": customer_id}))

    @strawberry.field(description="The legal entity that the token's customer acts for; null for none.")
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        legal_entity_id = self.caller.legal_entity_id
        if legal_entity_id is None:
            return None
        known = await _known(await info.context.reader(), legal_entity, legal_entity_id)
        return LegalEntity(row=known.get(legal_entity_id, {"id": legal_entity_id}))


async def _known(reader: Reader, table: Table, reference_id: str) -> dict[str, Row]:
    """What is known of whom the token names, as far as the caller could read it by themselves."""
    if not reads_something(reader):
        return {}
    return await visible_references_by_id(reader, table, [reference_id])

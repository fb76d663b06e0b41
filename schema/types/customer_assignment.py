"""The GraphQL type for customers' assignments to segments."""

from typing import Final

import strawberry
from strawberry.scalars import JSON

from models.sql.selection import Join
from models.tables.reference import customer, legal_entity
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.reference.read import lookup
from schema.types.customer import Customer
from schema.types.reference import LegalEntity
from schema.types.segment_link import segment_field
from schema.vocabulary.column import column, enum_column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.enums import AssignmentType
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToOne
from schema.vocabulary.values import METADATA, MIXINS, Metadata

CUSTOMER: Final = ToOne(
    node=lambda _: "Customer",
    key=lambda row: row["customer_id"],
    batch=lookup(customer),
    unknown=lambda row: {"id": row["customer_id"]},
    joins={"Customer": Join(customer, "customer_id")},
)
LEGAL_ENTITY: Final = ToOne(
    node=lambda _: "LegalEntity",
    key=lambda row: row["legal_entity_id"] or None,
    batch=lookup(legal_entity),
    unknown=lambda row: {"id": row["legal_entity_id"]},
    joins={"LegalEntity": Join(legal_entity, "legal_entity_id")},
)


@strawberry.type(
    description="A customer in a segment: for themselves, or on behalf of a legal entity. "
    "Needs segment_read; in the own view only the caller's own."
)
class CustomerAssignment(Node):
    node_key = CUSTOMER_ASSIGNMENTS.key

    segment = segment_field()

    @strawberry.field(
        description="The customer; where the gateway does not know them, with nothing but the id.",
        metadata=declared(CUSTOMER),
    )
    async def customer(self, info: Info) -> Customer:
        customer: Customer = await info.context.loaders.node(CUSTOMER, self.row)
        return customer

    @strawberry.field(
        description="On whose behalf the customer is in the segment; null for a private customer.",
        metadata=declared(LEGAL_ENTITY),
    )
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        legal_entity: LegalEntity | None = await info.context.loaders.node(LEGAL_ENTITY, self.row)
        return legal_entity

    assignment_type: AssignmentType = enum_column(
        "assignment_type", AssignmentType, "How the assignment came about."
    )

    mixins: JSON = column("mixins", MIXINS)

    @strawberry.field(description="Version and times.", metadata=METADATA)
    def metadata(self) -> Metadata:
        return Metadata(row=self.row)

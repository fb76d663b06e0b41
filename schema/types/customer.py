"""The GraphQL type for customers."""

from typing import TYPE_CHECKING, Annotated, Final

import strawberry
from strawberry.scalars import JSON

from resolvers.reference.read import legal_entities_of_customers
from resolvers.segment.read import segments_of_customers
from schema.filter.segment import SegmentOrderByArgument, SegmentWhereArgument
from schema.types.reference import ID, LegalEntity
from schema.vocabulary.column import column, mixins_column
from schema.vocabulary.connection import Connection
from schema.vocabulary.connection_field import ListArgument, connection_field
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.list_arguments import LegalEntityId
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToFew, ToMany
from schema.vocabulary.values import MIXINS

if TYPE_CHECKING:
    from schema.types.segment import Segment

SEGMENTS: Final = ToMany("Segment", children=segments_of_customers)
LEGAL_ENTITIES: Final = ToFew("LegalEntity", key=lambda row: row["id"], batch=legal_entities_of_customers)

OnlyActive = Annotated[
    bool, strawberry.argument(description="Only active segments; the own view never shows others.")
]


@strawberry.type(
    description="A person who buys. Needs a reading scope; in the own view only the caller. "
    "Names are null where the gateway does not know the customer."
)
class Customer(Node):
    id: strawberry.ID = column("id", ID)
    first_name: str | None = column("first_name", "First name.")
    last_name: str | None = column("last_name", "Last name.")
    email: str | None = column("email", "E-mail address.")
    mixins: JSON = mixins_column(MIXINS)

    segments = connection_field(
        SEGMENTS,
        Connection[Annotated["Segment", strawberry.lazy("schema.types.segment")]],
        "The segments that the customer is assigned to. REST: `GET /segments?customerId=`.",
        where=SegmentWhereArgument,
        order_by=SegmentOrderByArgument,
        selecting={"legal_entity_id": LegalEntityId, "only_active": ListArgument(OnlyActive, default=True)},
    )

    @strawberry.field(
        description="The legal entities that the customer may act for, by id.",
        metadata=declared(LEGAL_ENTITIES),
    )
    async def legal_entities(self, info: Info) -> list[LegalEntity]:
        rows = await info.context.loaders.rows(LEGAL_ENTITIES, self.row)
        return [LegalEntity(row=row) for row in rows]

"""The fields of Query that routers of a federation ask."""

from typing import Annotated, Final, TypeAlias, cast

import strawberry

from resolvers.caller import Scope
from schema.federation.sdl import subgraph_sdl
from schema.query import Query
from schema.root import schema
from schema.types.customer import Customer
from schema.types.reference import Category, Group, LegalEntity, Product
from schema.types.segment import Segment
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.lookup import ENTITIES, entities_by_representation
from schema.vocabulary.scalars import Representation

Entity: TypeAlias = Annotated[
    Category | Customer | Group | LegalEntity | Product | Segment,
    strawberry.union("_Entity", description="An object that other subgraphs refer to by its `id`."),
]
Representations = Annotated[
    list[Representation],
    strawberry.argument(description="At most 1,000 objects, each with `__typename` and `id`."),
]
SDL: Final = subgraph_sdl(schema.as_str(), ENTITIES.by_type)
DESCRIPTION: Final = Query.__strawberry_definition__.description  # type: ignore[attr-defined]  # Strawberry's own


@strawberry.type(name="_Service", description="This subgraph.")
class Service:
    sdl: str = strawberry.field(description="Its schema, for composition.")


@strawberry.type(name="Query", description=DESCRIPTION)
class FederatedQuery(Query):
    @strawberry.field(
        name="_entities",
        description="The objects that other subgraphs refer to, in the order of the representations; null "
        "where there is none, or none that the caller may see. In the place of a malformed representation "
        "stands null, with an error at its index.",
        metadata=declared(ENTITIES),
    )
    async def entities(self, info: Info, representations: Representations) -> list[Entity | None]:
        # A failure among the objects is not one of them: graphql-core makes it null and an error.
        return cast(
            "list[Entity | None]",
            await entities_by_representation(
                await info.context.reading(), representations, info.context.columns_of
            ),
        )

    @strawberry.field(
        name="_service",
        description="This subgraph's schema. Without introspection it needs segment_read or segment_manage.",
    )
    def service(self, info: Info) -> Service:
        if not info.context.shows_schema:
            info.context.caller.require(Scope.READ, Scope.MANAGE)
        return Service(sdl=SDL)

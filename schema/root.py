"""The table of contents of the GraphQL schema."""

import strawberry

from schema.context import Context


@strawberry.type(description="Who is asking.")
class Viewer:
    tenant: str = strawberry.field(description="The tenant that the token speaks for.")


@strawberry.type
class Query:
    @strawberry.field(description="Who is asking.")
    def viewer(self, info: strawberry.Info[Context, None]) -> Viewer:
        return Viewer(tenant=info.context.caller.tenant)


schema = strawberry.Schema(query=Query)

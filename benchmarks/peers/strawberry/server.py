# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "strawberry-graphql[fastapi]==0.341.2", "fastapi==0.165.0", "sqlmodel==0.0.50",
#     "sqlalchemy[asyncio]==2.1.9",
#     "asyncpg==0.32.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0",
# ]
# ///
"""Strawberry as its documentation teaches it: types with resolvers, DataLoaders, FastAPI; SQLModel entities.

The part of the gateway's schema that the benchmark asks for, so that both are sent the same documents.
With the caches for parsing and validation that its documentation advises for production.
"""

import os
import sys
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import entities as e
import strawberry
import uvicorn
from fastapi import FastAPI, Request
from loaders import Loaders
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter
from strawberry.scalars import JSON

engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=10,
    max_overflow=0,
    # The same as the gateway gives its connections.
    connect_args={"server_settings": {"random_page_cost": "1.1", "jit": "off"}},
)

AssignmentType = strawberry.enum(Enum("AssignmentType", {name: name for name in ("MANUAL", "AUTOMATIC")}))
ItemType = strawberry.enum(Enum("ItemType", {name: name for name in ("PRODUCT", "CATEGORY")}))
SegmentStatus = strawberry.enum(Enum("SegmentStatus", {name: name for name in ("ACTIVE", "INACTIVE")}))
Info = strawberry.Info[dict[str, Any], None]


@asynccontextmanager
async def open_session():
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


def localized(texts: dict[str, str], language: str | None) -> str | None:
    return texts.get(language or "en") or texts.get("en")


@strawberry.interface
class Item:
    entity: strawberry.Private[Any]
    id: strawberry.ID

    @strawberry.field
    def code(self) -> str | None:
        return self.entity.code

    @strawberry.field
    def name(self, language: str | None = None) -> str | None:
        return localized(self.entity.name, language)


@strawberry.type
class Product(Item):
    pass


@strawberry.type
class Category(Item):
    pass


@strawberry.type
class Customer:
    id: strawberry.ID
    first_name: str | None
    last_name: str | None
    email: str | None


@strawberry.type
class LegalEntity:
    id: strawberry.ID
    name: str | None


@strawberry.type
class CustomerAssignment:
    entity: strawberry.Private[e.CustomerAssignment]

    @strawberry.field
    def assignment_type(self) -> AssignmentType:
        return AssignmentType[self.entity.assignment_type]

    @strawberry.field
    async def customer(self, info: Info) -> Customer | None:
        found = await info.context["loaders"].customers.load(self.entity.customer_id)
        return found and Customer(
            id=found.id, first_name=found.first_name, last_name=found.last_name, email=found.email
        )

    @strawberry.field
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        if not self.entity.legal_entity_id:
            return None
        found = await info.context["loaders"].legal_entities.load(self.entity.legal_entity_id)
        return found and LegalEntity(id=found.id, name=found.name)


@strawberry.type
class ItemAssignment:
    entity: strawberry.Private[e.ItemAssignment]

    @strawberry.field
    def type(self) -> ItemType:
        return ItemType[self.entity.type]

    @strawberry.field
    async def segment(self, info: Info) -> Annotated["Segment", strawberry.lazy(__name__)] | None:
        found = await info.context["loaders"].segments.load(self.entity.segment_id)
        return found and Segment.of(found)

    @strawberry.field
    async def item(self, info: Info) -> Item | None:
        is_product = self.entity.type == "PRODUCT"
        loaders = info.context["loaders"]
        found = await (loaders.products if is_product else loaders.categories).load(self.entity.item_id)
        return found and (Product if is_product else Category)(entity=found, id=found.id)


@strawberry.type
class CustomerAssignmentConnection:
    nodes: list[CustomerAssignment]


@strawberry.type
class ItemAssignmentConnection:
    nodes: list[ItemAssignment]


@strawberry.type
class Validity:
    from_: datetime | None = strawberry.field(name="from")
    to: datetime | None


@strawberry.type
class Metadata:
    version: int
    created_at: datetime
    modified_at: datetime


@strawberry.type
class Segment:
    entity: strawberry.Private[e.Segment]
    id: strawberry.ID
    site_code: str
    mixins: JSON

    @classmethod
    def of(cls, entity: e.Segment) -> "Segment":
        return cls(entity=entity, id=entity.id, site_code=entity.site_code, mixins=entity.mixins)

    @strawberry.field
    def name(self, language: str | None = None) -> str | None:
        return localized(self.entity.name, language)

    @strawberry.field
    def description(self, language: str | None = None) -> str | None:
        return localized(self.entity.description, language)

    @strawberry.field
    def status(self) -> SegmentStatus:
        return SegmentStatus[self.entity.status]

    @strawberry.field
    def validity(self) -> Validity | None:
        return Validity(from_=self.entity.valid_from, to=self.entity.valid_to)

    @strawberry.field
    def metadata(self) -> Metadata:
        row = self.entity
        return Metadata(version=row.version, created_at=row.created_at, modified_at=row.modified_at)

    @strawberry.field
    async def customer_assignments(self, info: Info, first: int = 20) -> CustomerAssignmentConnection:
        rows = await info.context["loaders"].customer_assignments.load((self.entity.id, first))
        return CustomerAssignmentConnection(nodes=[CustomerAssignment(entity=row) for row in rows])

    @strawberry.field
    async def item_assignments(self, info: Info, first: int = 20) -> ItemAssignmentConnection:
        rows = await info.context["loaders"].item_assignments.load((self.entity.id, first))
        return ItemAssignmentConnection(nodes=[ItemAssignment(entity=row) for row in rows])


@strawberry.type
class SegmentConnection:
    nodes: list[Segment]


@strawberry.input
class StringFilter:
    eq: str | None = None


@strawberry.input
class SegmentStatusFilter:
    eq: SegmentStatus | None = None


@strawberry.input
class SegmentWhere:
    site_code: StringFilter | None = None
    status: SegmentStatusFilter | None = None


@strawberry.type
class Query:
    @strawberry.field
    async def segment(self, info: Info, id: strawberry.ID) -> Segment | None:
        found = await info.context["loaders"].segments.load(id)
        return found and Segment.of(found)

    @strawberry.field
    async def segments(
        self, info: Info, where: SegmentWhere | None = None, first: int = 20
    ) -> SegmentConnection:
        wanted = select(e.Segment).where(e.Segment.tenant == info.context["tenant"])
        if info.context["customer"]:
            wanted = wanted.where(e.Segment.id.in_(own_segments(info)))
        if where and where.site_code and where.site_code.eq:
            wanted = wanted.where(e.Segment.site_code == where.site_code.eq)
        if where and where.status and where.status.eq:
            wanted = wanted.where(e.Segment.status == where.status.eq.value)
        async with open_session() as session:
            rows = await session.exec(wanted.order_by(e.Segment.id).limit(first))
        return SegmentConnection(nodes=[Segment.of(row) for row in rows])

    @strawberry.field
    async def item_assignments(self, info: Info, first: int = 20) -> ItemAssignmentConnection:
        rows = e.ItemAssignment
        wanted = select(rows).where(rows.tenant == info.context["tenant"])
        if info.context["customer"]:
            wanted = wanted.where(rows.segment_id.in_(own_segments(info)))
        async with open_session() as session:
            found = await session.exec(wanted.order_by(rows.segment_id, rows.type, rows.item_id).limit(first))
        return ItemAssignmentConnection(nodes=[ItemAssignment(entity=row) for row in found])


def own_segments(info: Info):
    """The active segments of the customer who asks."""
    assignment = e.CustomerAssignment
    return (
        select(e.Segment.id)
        .join(assignment, (assignment.tenant == e.Segment.tenant) & (assignment.segment_id == e.Segment.id))
        .where(
            e.Segment.tenant == info.context["tenant"],
            e.Segment.status == "ACTIVE",
            assignment.customer_id == info.context["customer"],
        )
    )


async def context(request: Request) -> dict[str, Any]:
    """Who asks, as a proxy in front would say it after it had verified the token."""
    tenant = request.headers["x-tenant"]
    customer = request.headers.get("x-customer")
    return {"tenant": tenant, "customer": customer, "loaders": Loaders(open_session, tenant)}


schema = strawberry.Schema(
    Query,
    types=[Product, Category],
    extensions=[lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)],
)
app = FastAPI()
app.include_router(GraphQLRouter(schema, context_getter=context, graphql_ide=None), prefix="/graphql")

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )

# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "fastapi==0.165.0", "sqlmodel==0.0.50", "sqlalchemy[asyncio]==2.1.9", "asyncpg==0.32.0",
#     "orjson==3.13.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0",
# ]
# ///
"""The two REST reads as the documentation of FastAPI and SQLModel teaches them."""

import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel
from pydantic import Field as DocumentField
from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=10,
    max_overflow=0,
    # The same as the gateway gives its connections.
    connect_args={"server_settings": {"random_page_cost": "1.1", "jit": "off"}},
)
app = FastAPI()


class Segment(SQLModel, table=True):
    tenant: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: dict[str, str] = Field(sa_column=Column(JSONB))
    description: dict[str, str] = Field(sa_column=Column(JSONB))
    valid_from: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    valid_to: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))
    status: str
    site_code: str
    mixins: dict[str, Any] = Field(sa_column=Column(JSONB))
    mixin_schemas: dict[str, str] = Field(sa_column=Column(JSONB))
    version: int
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True)))
    modified_at: datetime = Field(sa_column=Column(DateTime(timezone=True)))


class Validity(BaseModel):
    from_: datetime | None = DocumentField(serialization_alias="from")
    to: datetime | None


class Metadata(BaseModel):
    version: int
    createdAt: datetime
    modifiedAt: datetime
    mixins: dict[str, str]


class SegmentDocument(BaseModel):
    """The contract's shape."""

    id: str
    name: dict[str, str]
    description: dict[str, str]
    status: str
    siteCode: str
    validity: Validity
    mixins: dict[str, Any]
    metadata: Metadata


def document(row: Segment) -> SegmentDocument:
    return SegmentDocument(
        id=row.id,
        name=row.name,
        description=row.description,
        status=row.status,
        siteCode=row.site_code,
        validity=Validity(from_=row.valid_from, to=row.valid_to),
        mixins=row.mixins,
        metadata=Metadata(
            version=row.version,
            createdAt=row.created_at,
            modifiedAt=row.modified_at,
            mixins=row.mixin_schemas,
        ),
    )


async def open_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session)]


@app.get("/customer-segment/{tenant}/segments/{segment_id}")
async def read_segment(session: Session, tenant: str, segment_id: str) -> SegmentDocument:
    row = await session.get(Segment, (tenant, segment_id))
    if row is None:
        raise HTTPException(404)
    return document(row)


@app.get("/customer-segment/{tenant}/segments")
async def list_segments(
    session: Session, tenant: str, q: str, page_size: Annotated[int, Query(alias="pageSize", le=2000)] = 60
) -> list[SegmentDocument]:
    wanted = dict(part.split(":") for part in q.split())
    rows = await session.exec(
        select(Segment)
        .where(
            Segment.tenant == tenant,
            Segment.site_code == wanted["siteCode"],
            Segment.status == wanted["status"],
        )
        .order_by(Segment.id)
        .limit(page_size)
    )
    return [document(row) for row in rows]


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

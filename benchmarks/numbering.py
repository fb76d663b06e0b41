"""Ways to number changes on PostgreSQL: how fast eight writers are, and what a concurrent reader misses.

The reader keeps the largest number that it has seen, as a client that follows changes does.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import asyncpg

from benchmarks.measure.database import empty_database

DATABASE: Final = "segments_numbering"
WRITERS: Final = 8
SECONDS: Final = 4.0
PAUSING: Final = 0.05
"""The share of transactions that do not commit at once, and how many seconds they wait."""
PAUSE: Final = 0.004
TABLES: Final = """
CREATE TABLE written (tenant text, id int, version int NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE head (tenant text PRIMARY KEY, seq bigint NOT NULL);
CREATE TABLE change (tenant text, seq bigint, PRIMARY KEY (tenant, seq));
CREATE SEQUENCE numbers;
"""
WRITE: Final = """INSERT INTO written VALUES ($1, $2, 1)
ON CONFLICT (tenant, id) DO UPDATE SET version = written.version + 1"""
BY_HEAD: Final = """WITH moved AS (INSERT INTO head VALUES ($1, 1)
ON CONFLICT (tenant) DO UPDATE SET seq = head.seq + 1 RETURNING seq)
INSERT INTO change SELECT $1, seq FROM moved"""
WAYS: Final[Mapping[str, tuple[str | None, bool]]] = {
    "no log": (None, False),
    "a sequence": ("INSERT INTO change VALUES ($1, nextval('numbers'))", False),
    "a row of the tenant": (BY_HEAD, False),
    "a row of the tenant, a tenant for each writer": (BY_HEAD, True),
}
"""The statement that ends a transaction, and whether each writer has a tenant."""
NEXT: Final = "SELECT seq FROM change WHERE tenant = $1 AND seq > $2 ORDER BY seq"
HEAD: Final = (
    "| numbers come from | transactions a second | records | missed by a reader |\n|---|---:|---:|---:|"
)


async def measure_numbering() -> AsyncIterator[str]:
    """A row for each way."""
    url = (await empty_database("postgresql", DATABASE)).replace("+asyncpg", "")
    async with _connected(url) as connection:
        await connection.execute(TABLES)
        for name, (numbering, has_tenants) in WAYS.items():
            await connection.execute("TRUNCATE written, head, change")
            count, missed = await _run(url, numbering, has_tenants=has_tenants)
            records = await connection.fetchval("SELECT count(*) FROM change")
            shown = f"{records:,} | {missed:,}" if numbering else " | "
            yield f"| {name} | {count / SECONDS:,.0f} | {shown} |"


async def _run(url: str, numbering: str | None, *, has_tenants: bool) -> tuple[int, int]:
    """Transactions, and records that the reader of the first tenant missed."""
    tenants = [f"t{number if has_tenants else 0}" for number in range(WRITERS)]
    until = asyncio.get_running_loop().time() + SECONDS
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(_connected(url)) for _ in range(WRITERS + 1)]
        writing = asyncio.gather(
            *(
                _write(connection, tenant, number, numbering, until)
                for number, (connection, tenant) in enumerate(zip(connections, tenants, strict=False))
            )
        )
        reader = connections[-1]
        seen = await _follow(reader, tenants[0], writing)
        records = await reader.fetchval("SELECT count(*) FROM change WHERE tenant = $1", tenants[0])
        return sum(await writing), records - seen


async def _write(connection: Any, tenant: str, number: int, numbering: str | None, until: float) -> int:
    chance = random.Random(number)
    count = 0
    while asyncio.get_running_loop().time() < until:
        async with connection.transaction():
            await connection.execute(WRITE, tenant, number)
            if numbering is not None:
                await connection.execute(numbering, tenant)
            if chance.random() < PAUSING:
                await asyncio.sleep(PAUSE)
        count += 1
    return count


async def _follow(connection: Any, tenant: str, writing: "asyncio.Future[Any]") -> int:
    """How many records were seen until nothing was written any more."""
    seen = last = 0
    while True:
        was_writing = not writing.done()
        records = await connection.fetch(NEXT, tenant, last)
        if records:
            seen, last = seen + len(records), records[-1]["seq"]
        elif not was_writing:
            return seen


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()

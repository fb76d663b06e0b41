"""How a rule that looks at dates is set, built and removed in a tenant with many customers."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.measure.database import empty_database
from benchmarks.places import DatabaseKind
from benchmarks.rules_upkeep import CALLER, POLICY, know, write
from models.connection.database import Database
from models.migrate import migrate
from models.statistics import gather_statistics
from models.tables.columns import instant_text, this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from models.tables.table import metadata
from resolvers.access import Reader
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.check import differences
from resolvers.rules.definition.document import rule_content
from resolvers.rules.read import all_rules
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.segment.write import upsert_segment, write_segments

DATABASE: Final = "segments_rules_build"
DAYS: Final = 400
BATCH: Final = 10_000
SEED: Final = 20_261_130
MOST_SECONDS: Final = 5
"""What a request may take: writes of customers wait for it."""
MOST_SECONDS_MEANWHILE: Final = 0.5
"""What a write of a customer may take beside a step of the background."""
PAUSE: Final = 0.02


async def measure_builds(kind: DatabaseKind, customers: int) -> AsyncIterator[str]:
    """Rows of a table, each with its bound."""
    url = await empty_database(kind, DATABASE)
    database = Database(url)
    try:
        await migrate(database)
        await _fill(database, url, customers)
        keeper = RuleKeeper(database, POLICY, "benchmark")
        for segment_id, duration in (("month", "P30D"), ("days", "P3D")):
            async for row in _set_and_built(database, keeper, segment_id, duration):
                yield row
        for segment_id in ("days", "month"):
            seconds = await _seconds(
                lambda: write(database, lambda writer: remove_rule(writer, segment_id))  # noqa: B023
            )
            yield f"| {segment_id}: removed | {seconds:.2f} s | {MOST_SECONDS} s |"
            async for row in _worked(database, keeper, f"{segment_id}: its members leave"):
                yield row
    finally:
        await database.close()


async def _set_and_built(
    database: Database, keeper: RuleKeeper, segment_id: str, duration: str
) -> AsyncIterator[str]:
    content = rule_content({"where": {"mixin": {"path": "shop.lastOrder", "withinLast": duration}}})
    seconds = await _seconds(lambda: write(database, lambda writer: set_rule(writer, segment_id, content)))
    yield f"| {segment_id}: set | {seconds:.2f} s | {MOST_SECONDS} s |"
    async for row in _worked(database, keeper, f"{segment_id}: built"):
        yield row
    members, differences = await _members(database, segment_id)
    yield f"| {segment_id}: members, and differences from the rule | {members:,}, {differences} | 0 |"


async def _worked(database: Database, keeper: RuleKeeper, what: str) -> AsyncIterator[str]:
    """Work in the background until nothing is left, beside writes of customers."""
    if not await keeper.tenants_with_work():
        return
    writes: list[float] = []
    is_done = asyncio.Event()

    async def write_customers() -> None:
        while not is_done.is_set():
            one = {"id": f"w{len(writes)}", "mixins": {"shop": {"turnover": 1}}}
            writes.append(await _seconds(lambda: know(database, [one])))  # noqa: B023
            await asyncio.sleep(PAUSE)

    steps: list[float] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(write_customers())
        is_left = True
        while is_left:
            began = time.perf_counter()
            is_left = await keeper.work_on(CALLER.tenant)
            steps.append(time.perf_counter() - began)
        is_done.set()
    if len(steps) == 1:
        return
    yield f"| {what}, in {len(steps):,} steps | {sum(steps):,.1f} s | |"
    yield f"| the longest of them | {max(steps):.2f} s | |"
    yield (
        f"| the longest of {len(writes):,} writes of customers meanwhile "
        f"| {max(writes):.2f} s | {MOST_SECONDS_MEANWHILE} s |"
    )


async def _members(database: Database, segment_id: str) -> tuple[int, int]:
    """How many members the segment has, and how many should join or leave."""
    rows = customer_assignment.c
    count = select(func.count()).where(rows.tenant == CALLER.tenant, rows.segment_id == segment_id)
    async with database.read() as session:
        reader = Reader(CALLER, POLICY, session, this_instant())
        rules = [one for one in await all_rules(reader) if one.rule.segment_id == segment_id]
        found = (await differences(reader, rules))[segment_id]
        members: int = await session.value(count, {})
    return members, len(found.missing) + len(found.wrong)


async def _fill(database: Database, url: str, customers: int) -> None:
    choice, now = random.Random(SEED), this_instant()
    documents = [{"id": one, "name": {"en": one}, "siteCode": "main"} for one in ("month", "days")]
    segments = [upsert_segment(one["id"], one, POLICY) for one in documents]  # type: ignore[arg-type]
    await write(database, lambda writer: write_segments(writer, segments))
    engine = create_async_engine(url)
    for start in range(0, customers, BATCH):
        rows = [_customer(choice, number, now) for number in range(start, min(start + BATCH, customers))]
        async with engine.begin() as connection:
            await connection.execute(customer.insert(), rows)
    await engine.dispose()
    await gather_statistics(database, metadata.sorted_tables)


def _customer(choice: random.Random, number: int, now: Any) -> dict[str, Any]:
    ago = timedelta(days=choice.randrange(1, DAYS), seconds=choice.randrange(86_400))
    return {
        "tenant": CALLER.tenant,
        "id": f"c{number:07}",
        "email": f"c{number}@example.org",
        "mixins": {"shop": {"lastOrder": instant_text(now - ago), "turnover": choice.randrange(1_000)}},
    }


async def _seconds(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began

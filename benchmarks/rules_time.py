"""How late members follow the passing of time: after a day down, and while the gateway runs."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import ColumnElement, func, select

from benchmarks.measure.database import empty_database
from benchmarks.places import WORK, DatabaseKind
from benchmarks.rules_upkeep import CALLER, fill, know, set_rules
from gateway.rules.keeper import keeping_rules
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from models.tables.change import change_record
from models.tables.columns import instant_text, this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.rule import rule_head
from resolvers.changes.record import ChangeType
from resolvers.writing.change import Cause

DATABASE: Final = "segments_rules_time"
DOWN: Final = timedelta(days=1)
MOST_SECONDS_DOWN: Final = 5
MOST_SECONDS_LATE: Final = 1
DAYS: Final = 400
"""Orders are from so many days ago, and renewals due in so many days."""
LOOK: Final = 0.02
"""Seconds between two looks at what is committed, or between two writes."""
LEAVERS: Final = 40
SECONDS_BETWEEN_LEAVERS: Final = 0.27
SECONDS_BEFORE_LEAVERS: Final = 3.0


async def measure_time(kind: DatabaseKind) -> AsyncIterator[str]:
    """Rows of a table, each with its bound."""
    settings = Settings(
        home=WORK,
        database_url=await empty_database(kind, DATABASE),
        token_secret=SecretStr("0" * 32),
    )
    database = Database(settings.database_url)
    try:
        await migrate(database)
        start = this_instant() - DOWN
        await fill(database, lambda choice, number: _person(choice, number, start))
        await set_rules(database, _rule, start)
        began = time.perf_counter()
        async with keeping_rules(settings, database):
            writes = await _write_until_caught_up(database)
            seconds = time.perf_counter() - began
            due = await _changes(database)
            yield f"| after a day down, until {due} | {seconds:.2f} s | {MOST_SECONDS_DOWN} s |"
            longest = f"{1_000 * max(writes):.0f} ms"
            yield f"| the longest of {len(writes)} writes of customers meanwhile | {longest} | |"
            late = await _lateness(database)
            yield f"| the latest of {len(late)} changes by time | {max(late):.2f} s | {MOST_SECONDS_LATE} s |"
    finally:
        await database.close()


def _person(choice: random.Random, number: int, at: datetime) -> dict[str, Any]:
    def some_time() -> timedelta:
        return timedelta(days=choice.randrange(DAYS), seconds=choice.randrange(86_400))

    shop = {"lastOrder": instant_text(at - some_time()), "renewal": instant_text(at + some_time())}
    return {"id": f"c{number:06}", "email": f"c{number}@example.org", "mixins": {"shop": shop}}


def _rule(number: int) -> dict[str, Any]:
    """By turns: an order in the last days, the last order in the week before these, a renewal soon."""
    recent = {"mixin": {"path": "shop.lastOrder", "withinLast": f"P{1 + number}D"}}
    before = {"mixin": {"path": "shop.lastOrder", "withinLast": f"P{8 + number}D"}}
    soon = {"mixin": {"path": "shop.renewal", "withinNext": f"P{1 + number}D"}}
    kinds: list[dict[str, Any]] = [recent, {"and": [before, {"not": recent}]}, soon]
    return {"where": kinds[number % len(kinds)]}


async def _write_until_caught_up(database: Database) -> list[float]:
    """Write customers one by one until all time up to now has been applied; seconds of each write."""
    now = this_instant()
    seconds: list[float] = []
    while await _applied_to(database) < now:
        began = time.perf_counter()
        await know(database, [{"id": f"w{len(seconds)}", "mixins": {"shop": {"turnover": 1}}}])
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(LOOK)
    return seconds


async def _applied_to(database: Database) -> datetime:
    statement = select(rule_head.c.evaluated_to).where(rule_head.c.tenant == CALLER.tenant)
    async with database.read(single=True) as session:
        until: datetime = await session.value(statement, {})
    return until


async def _changes(database: Database) -> str:
    """What time has changed."""
    log = change_record.c
    is_due = log.tenant == CALLER.tenant, log.cause == Cause.SCHEDULE

    async def count(number: ColumnElement[int], *where: ColumnElement[bool]) -> int:
        async with database.read(single=True) as session:
            value: int = await session.value(select(number).where(*is_due, *where), {})
        return value

    joins = await count(func.count(), log.type == ChangeType.CUSTOMER_ASSIGNMENT_CREATED)
    leaves = await count(func.count(), log.type == ChangeType.CUSTOMER_ASSIGNMENT_DELETED)
    people = await count(func.count(log.customer_id.distinct()))
    return f"{joins:,} joins and {leaves:,} leaves of {people:,} customers are committed"


async def _lateness(database: Database) -> list[float]:
    """Seconds from the instants at which customers leave a segment until others see that they have left."""
    first = this_instant() + timedelta(seconds=SECONDS_BEFORE_LEAVERS)
    instants = {
        f"l{number}": first + timedelta(seconds=number * SECONDS_BETWEEN_LEAVERS) for number in range(LEAVERS)
    }
    dates = {one: instant_text(instant - timedelta(days=1)) for one, instant in instants.items()}
    await know(database, [{"id": one, "mixins": {"shop": {"lastOrder": at}}} for one, at in dates.items()])
    late: dict[str, float] = {}
    while len(late) < LEAVERS:
        await asyncio.sleep(LOOK)
        members = await _members(database, instants)
        now = this_instant()
        late |= {
            one: (now - instant).total_seconds()
            for one, instant in instants.items()
            if one not in members and one not in late
        }
    return list(late.values())


async def _members(database: Database, ids: Mapping[str, datetime]) -> set[str]:
    rows = customer_assignment.c
    statement = select(rows.customer_id).where(
        rows.tenant == CALLER.tenant, rows.segment_id == "s00", rows.customer_id.in_(sorted(ids))
    )
    async with database.read(single=True) as session:
        return {row["customer_id"] for row in await session.rows(statement, {})}

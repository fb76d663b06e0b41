"""How long the preview of a rule takes over 100,000 customers with mixins, in this process."""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.measure.database import empty_database
from benchmarks.places import DatabaseKind
from models.connection.database import Database
from models.migrate import migrate
from models.tables.columns import instant_text, this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from models.tables.rule import customer_exclusion
from models.tables.segment import segment
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.reading.page import Window
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.preview import Move, MovePage, Preview, preview

TENANT: Final = "rules"
DATABASE: Final = "segments_rules_preview"
CUSTOMERS: Final = 100_000
CHUNK: Final = 5_000
SEED: Final = 20_260_301
LONGEST_AGO: Final = timedelta(days=730)
ROUNDS: Final = 9
BARS_MS: Final[dict[DatabaseKind, float]] = {"postgresql": 150, "sqlite": 300}
"""What the counts with the first pages may take."""
BARRED: Final = "counts and first pages"
MEMBERS: Final = 12_000
"""Assignments that a rule has made; a tenth as many are made by hand, and as many exclusions."""
RULES: Final[dict[str, dict[str, Any]]] = {
    "bought in the last 90 days": {"where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P90D"}}},
    "turnover of 500 and more": {"where": {"mixin": {"path": "shop.turnover", "gte": 500}}},
    "both, in Germany": {
        "q": "mixins.shop.lastOrder:>now-P90D mixins.shop.turnover:>=500 mixins.address.country:DE"
    },
}
Part = Callable[[Preview], Awaitable[Any]]
FIRST: Final = [MovePage(move, Window(20)) for move in Move]
PARTS: Final[dict[str, Part]] = {
    "counts": lambda shown: shown.moves(),
    BARRED: lambda shown: shown.moves(FIRST),
    "first pages": lambda shown: shown.moves(FIRST, count=False),
    "forecast of 30 days": lambda shown: shown.forecast(30),
    "forecast of 366 days": lambda shown: shown.forecast(366),
}


async def measure_previews(kind: DatabaseKind) -> AsyncIterator[str]:
    """Rows of a table, each with its bar: medians of milliseconds."""
    url = await empty_database(kind, DATABASE)
    database = Database(url)
    try:
        await migrate(database)
        await _fill(url)
        for name, rule in RULES.items():
            for part, look in PARTS.items():
                taken = await _milliseconds(database, rule, look)
                bar = f"{BARS_MS[kind]:.0f} ms" if part == BARRED else ""
                yield f"| {name}: {part} | {taken:,.0f} ms | {bar} |"
    finally:
        await database.close()


async def _milliseconds(database: Database, rule: dict[str, Any], look: Part) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        content = rule_content(rule)
        async with database.read() as snapshot:
            reader = Reader(Caller(TENANT, frozenset(Scope)), Policy(), snapshot, this_instant())
            await look(await preview(reader, "s", content))
        times.append(time.perf_counter() - began)
    return 1_000 * median(times)


async def _fill(url: str) -> None:
    """A segment, customers with mixins, and what a rule and a client have made of them."""
    choice, now = random.Random(SEED), this_instant()
    times = {"created_at": now, "modified_at": now}
    document = {"mixins": {}, "mixin_schemas": {}, "version": 1, **times}
    named = {"name": {}, "description": {}, "status": "ACTIVE", "site_code": "main"}
    ids = [f"customer-{number:06}" for number in range(CUSTOMERS)]
    members = choice.sample(ids, MEMBERS + MEMBERS // 10 * 2)
    keys = [
        {"tenant": TENANT, "segment_id": "s", "customer_id": one, "legal_entity_id": ""} for one in members
    ]
    types = ["AUTOMATIC"] * MEMBERS + ["MANUAL"] * (MEMBERS // 10)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(segment.insert(), {"tenant": TENANT, "id": "s", **named, **document})
        for start in range(0, CUSTOMERS, CHUNK):
            rows = [_customer(choice, id_, now) for id_ in ids[start : start + CHUNK]]
            await connection.execute(customer.insert(), rows)
        assigned = [
            {**key, "assignment_type": type_, **document} for key, type_ in zip(keys, types, strict=False)
        ]
        await connection.execute(customer_assignment.insert(), assigned)
        excluded = [{**key, "created_at": now} for key in keys[len(types) :]]
        await connection.execute(customer_exclusion.insert(), excluded)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    await engine.dispose()


def _customer(choice: random.Random, id_: str, now: datetime) -> dict[str, Any]:
    mixins = {
        "shop": {
            "lastOrder": instant_text(now - choice.random() * LONGEST_AGO),
            "turnover": round(choice.expovariate(1 / 300), 2),
            "orders": choice.randrange(40),
        },
        "address": {
            "country": choice.choice(["DE", "AT", "CH", "FR"]),
            "city": f"City {choice.randrange(500)}",
        },
    }
    return {"tenant": TENANT, "id": id_, "email": f"{id_}@example.org", "mixins": mixins}

"""What rules cost a customer's write, and how long a check of all members takes, in this process."""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final, TypeVar

from benchmarks.measure.database import empty_database
from benchmarks.places import DatabaseKind
from models.connection.database import Database
from models.connection.session import Transaction
from models.migrate import migrate
from models.statistics import gather_statistics
from models.tables.columns import instant_text, this_instant
from models.tables.reference import customer
from models.tables.table import metadata
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.reference.write import CUSTOMERS, upsert_reference, write_references
from resolvers.rules.changing.set import set_rule
from resolvers.rules.check import differences
from resolvers.rules.definition.document import rule_content
from resolvers.rules.read import all_rules
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.segment.write import upsert_segment, write_segments
from resolvers.writing.run import run

Result = TypeVar("Result")
DATABASE: Final = "segments_rules_upkeep"
CALLER: Final = Caller("rules", frozenset(Scope), subject="benchmark")
POLICY: Final = Policy()
ADDED_MS: Final[dict[DatabaseKind, float]] = {"postgresql": 1.5, "sqlite": 0.3}
"""What rules may add to a write."""
CHECK_SECONDS: Final = 5
PEOPLE: Final = 100_000
RULES: Final = 50
BATCH: Final = 1_000
WRITES: Final = 400
WARM_UP: Final = 50
SEED: Final = 20_261_129


async def measure_upkeep(kind: DatabaseKind) -> AsyncIterator[str]:
    """Rows of a table, each with its bound: medians of writes that change no member, and a check of all."""
    database = Database(await empty_database(kind, DATABASE))
    try:
        await migrate(database)
        await fill(database, _person)
        choice = random.Random(SEED)
        without = await _milliseconds(database, choice)
        yield f"| a customer's write without rules | {without:.2f} ms | |"
        await set_rules(database, _rule)
        with_rules = await _milliseconds(database, choice)
        yield f"| with {RULES} rules that look at what it changes | {with_rules:.2f} ms | |"
        yield f"| so they add | {with_rules - without:+.2f} ms | {ADDED_MS[kind]} ms |"
        seconds, differences = await _check(database)
        checked = f"a check of {PEOPLE:,} customers by them, {differences} differ"
        yield f"| {checked} | {seconds:.2f} s | {CHECK_SECONDS} s |"
    finally:
        await database.close()


def _person(choice: random.Random, number: int) -> dict[str, Any]:
    ago = timedelta(days=choice.randrange(400), seconds=choice.randrange(86_400))
    shop = {
        "turnover": choice.randrange(1_000),
        "visits": choice.randrange(100),
        "lastOrder": instant_text(this_instant() - ago),
    }
    return {
        "id": f"c{number:06}",
        "email": f"c{number}@example.org",
        "mixins": {"shop": shop, "address": {"country": choice.choice(["DE", "FR", "IT"])}},
    }


def _rule(number: int) -> dict[str, Any]:
    """Of three kinds by turns: a number, a number and a text, and an instant of the last days."""
    turnover = {"mixin": {"path": "shop.turnover", "gte": 950 + number % 40}}
    country = {"mixin": {"path": "address.country", "eq": "DE"}}
    recent = {"mixin": {"path": "shop.lastOrder", "withinLast": f"P{1 + number}D"}}
    many_visits = {"mixin": {"path": "shop.visits", "gte": 95}}
    return {"where": [turnover, {"and": [turnover, country]}, {"and": [recent, many_visits]}][number % 3]}


async def write(
    database: Database, work: Callable[[Writer], Awaitable[Result]], at: datetime | None = None
) -> Result:
    """Run the work in a transaction, as of an instant."""

    async def written(transaction: Transaction) -> Result:
        return await run(Writer(CALLER, POLICY, transaction, at or this_instant()), work)

    return await database.write(written)


async def fill(database: Database, person: Callable[[random.Random, int], dict[str, Any]]) -> None:
    """Add PEOPLE customers."""
    choice = random.Random(SEED)
    for start in range(0, PEOPLE, BATCH):
        await know(database, [person(choice, number) for number in range(start, start + BATCH)])
    await gather_statistics(database, [customer])


async def know(database: Database, people: list[dict[str, Any]]) -> None:
    """Add customers, or replace them."""
    commands = [upsert_reference(CUSTOMERS, one, POLICY) for one in people]
    await write(database, lambda writer: write_references(writer, CUSTOMERS, commands))


async def set_rules(
    database: Database, rule: Callable[[int], dict[str, Any]], at: datetime | None = None
) -> None:
    """Set a rule on each of RULES new segments, as of an instant, and build those that need it."""
    ids = [f"s{number:02}" for number in range(RULES)]
    documents = [{"id": one, "name": {"en": one}, "siteCode": "main"} for one in ids]
    segments = [upsert_segment(one["id"], one, POLICY) for one in documents]  # type: ignore[arg-type]
    await write(database, lambda writer: write_segments(writer, segments), at)
    for number, one in enumerate(ids):
        content = rule_content(rule(number))
        await write(database, lambda writer: set_rule(writer, one, content), at)  # noqa: B023
        await RuleKeeper(database, POLICY, "benchmark", lambda: at or this_instant()).build_all(CALLER.tenant)
    await gather_statistics(database, metadata.sorted_tables)


async def _milliseconds(database: Database, choice: random.Random) -> float:
    """Half of the writes take at most so long: each changes what all rules look at, and moves nobody."""
    numbers = [choice.randrange(PEOPLE) for _ in range(WRITES)]
    people = [_person(choice, number) for number in numbers]
    for one in people:
        one["mixins"]["shop"] |= {"turnover": 1, "visits": 1}
    await know(database, list({one["id"]: one for one in people}.values()))
    times = []
    for number, one in enumerate(people):
        one["mixins"]["shop"] |= {"turnover": 2 + number % 90, "visits": 2 + number % 90}
        one["mixins"]["address"] = {"country": choice.choice(["DE", "FR", "IT"]), "number": number}
        began = time.perf_counter()
        await know(database, [one])
        times.append(1_000 * (time.perf_counter() - began))
    return median(times[WARM_UP:])


async def _check(database: Database) -> tuple[float, int]:
    began = time.perf_counter()
    async with database.read() as session:
        reader = Reader(CALLER, POLICY, session, this_instant())
        found = await differences(reader, await all_rules(reader))
    count = sum(len(one.missing) + len(one.wrong) for one in found.values())
    return time.perf_counter() - began, count

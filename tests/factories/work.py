"""What a statement costs its database, in steps that do not depend on the machine."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from models.connection.database import Database
from models.connection.watch import unwatched

ANALYZE = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)"
STEPS_COUNTED = 100
"""SQLite calls back after so many steps of its virtual machine."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement with its parameters, as the driver received them."""

    sql: str
    parameters: Sequence[Any]


@contextmanager
def recorded(database: Database) -> Iterator[list[Sent]]:
    """The statements that are executed inside the block."""
    statements: list[Sent] = []

    def record(sql: str, parameters: Any) -> AbstractContextManager[None]:
        statements.append(Sent(sql, parameters))
        return nullcontext()

    database.watch = record
    yield statements
    database.watch = unwatched


async def plan_of(database: Database, sent: Sent) -> str:
    """The steps of the statement's plan, one a line."""
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    async with database.engine.connect() as connection:
        steps = await connection.exec_driver_sql(f"{explain} {sent.sql}", tuple(sent.parameters))
        return "\n".join(str(step[-1]) for step in steps)


async def work_of(database: Database, sent: Sent) -> int:
    """The rows that the steps of the plan touch when the statement runs.

    SQLite does not count rows: for it, the steps of its virtual machine divided by ten, which is about as
    many as it takes to read a row and to look at it.
    """
    return await (_sqlite_work if database.is_sqlite else _postgresql_work)(database, sent)


async def _sqlite_work(database: Database, sent: Sent) -> int:
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    async with database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.set_progress_handler(count, STEPS_COUNTED)
        try:
            await driver.execute_fetchall(sent.sql, tuple(sent.parameters))
        finally:
            await driver.set_progress_handler(None, 0)
    return calls * STEPS_COUNTED // 10


async def _postgresql_work(database: Database, sent: Sent) -> int:
    """The work of the first runs in a connection and of later ones, whichever is more.

    After five runs PostgreSQL takes one plan for any parameters, if that seems to cost less than to plan each
    time.
    """
    async with database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        [special] = await driver.fetchval(f"{ANALYZE} {sent.sql}", *sent.parameters)
        arguments = await _literals(driver, sent)
        await driver.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE measured AS {sent.sql}")
        try:
            [generic] = await driver.fetchval(f"{ANALYZE} EXECUTE measured{arguments}")
        finally:
            await driver.execute("DEALLOCATE measured; RESET plan_cache_mode")
    plans = [special["Plan"], generic["Plan"]]
    is_kept = plans[1]["Total Cost"] < plans[0]["Total Cost"] + _cost_of_planning(plans[0])
    return round(max(_rows_of(plan) for plan in plans[: 1 + is_kept]))


def _cost_of_planning(plan: dict[str, Any]) -> float:
    """What PostgreSQL reckons, in units of its costs (cached_plan_cost in plancache.c)."""
    return 1_000 * 0.0025 * (_tables_of(plan) + 1)


def _tables_of(node: dict[str, Any]) -> int:
    return ("Relation Name" in node) + sum(map(_tables_of, node.get("Plans", ())))


async def _literals(driver: Any, sent: Sent) -> str:
    """The parameters as PostgreSQL writes them, in parentheses; nothing without parameters."""
    if not sent.parameters:
        return ""
    types = [type_.name for type_ in (await driver.prepare(sent.sql)).get_parameters()]
    quoted = [f"quote_nullable(${number}::{name}::text)" for number, name in enumerate(types, start=1)]
    texts = await driver.fetchrow(f"SELECT {', '.join(quoted)}", *sent.parameters)
    return f"({', '.join(f'{text}::{name}' for text, name in zip(texts, types, strict=True))})"


def _rows_of(node: dict[str, Any]) -> float:
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    below = sum(_rows_of(inner) for inner in node.get("Plans", ()))
    return float((node["Actual Rows"] + removed) * node["Actual Loops"]) + below

"""What a statement costs its database, in steps that do not depend on the machine."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from models.connection.database import Database
from models.connection.watch import unwatched

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
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sent.sql}"
    async with database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        [explained] = await driver.fetchval(explain, *sent.parameters)
    return round(_rows_of(explained["Plan"]))


def _rows_of(node: dict[str, Any]) -> float:
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    below = sum(_rows_of(inner) for inner in node.get("Plans", ()))
    return float((node["Actual Rows"] + removed) * node["Actual Loops"]) + below

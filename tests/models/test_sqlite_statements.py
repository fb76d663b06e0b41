"""What SQLite's connections keep of statements is bounded."""

import asyncio
import multiprocessing
import resource
from pathlib import Path

import pytest

from models.connection.engine import SQLITE_STATEMENTS, EngineOptions, create_engine

CLAUSE = (
    "EXISTS (SELECT 1 FROM json_each(json_array(1, 2)) AS a, json_each('[1]') AS b WHERE a.key = b.key + {})"
)


def memory() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def large_statement(number: int) -> str:
    return f"SELECT {number} WHERE " + " AND ".join(CLAUSE.format(clause) for clause in range(200))


async def growth(url: str) -> tuple[int, int]:
    """Bytes that statements take until they are as many as are kept, and those that follow."""
    engine = create_engine(url, EngineOptions())
    async with engine.connect() as connection:
        await connection.exec_driver_sql(large_statement(-1))
        start = memory()
        for number in range(SQLITE_STATEMENTS):
            await connection.exec_driver_sql(large_statement(number))
        full = memory()
        for number in range(SQLITE_STATEMENTS, 4 * SQLITE_STATEMENTS):
            await connection.exec_driver_sql(large_statement(number))
        end = memory()
    await engine.dispose()
    return full - start, end - full


def growth_in_a_process(url: str) -> tuple[int, int]:
    """The process of the tests has room from others, where growth would not show."""
    return asyncio.run(growth(url))


@pytest.mark.slow
def test_a_connection_keeps_few_statements(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'statements.db'}"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        [(first, following)] = pool.map(growth_in_a_process, [url])
    assert first > 2_000_000
    assert following < first / 2

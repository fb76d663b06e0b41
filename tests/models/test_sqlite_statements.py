"""What SQLite's connections keep of statements is bounded."""

import resource
from pathlib import Path

from models.connection.engine import SQLITE_STATEMENTS, EngineOptions, create_engine

CLAUSE = (
    "EXISTS (SELECT 1 FROM json_each(json_array(1, 2)) AS a, json_each('[1]') AS b WHERE a.key = b.key + {})"
)


def memory() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def large_statement(number: int) -> str:
    return f"SELECT {number} WHERE " + " AND ".join(CLAUSE.format(clause) for clause in range(200))


async def test_a_connection_keeps_few_statements(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path / 'statements.db'}", EngineOptions())
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
    assert full - start > 2_000_000
    assert end - full < (full - start) / 2

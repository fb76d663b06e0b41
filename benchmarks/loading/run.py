"""`load` of a data file, compared with COPY and `executemany` of the same rows."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from benchmarks.loading.bare import NAMES, bare_seconds
from benchmarks.loading.command import PART, parts, run_load
from benchmarks.loading.rows import write_file
from benchmarks.measure.database import empty_database, removed_database
from benchmarks.places import WORK, DatabaseKind
from models.connection.database import Database
from models.migrate import migrate

DATABASE: Final = "segments_load"
MOST_TIMES: Final = 2.5
"""What `load` may take, in times of the fastest way."""
MOST_GROWTH: Final = 1.3
"""What the last rows may take, in times of the first."""
MOST_MB: Final = 150


async def measure_load(kind: DatabaseKind, rows: int) -> AsyncIterator[str]:
    """Rows of a table, each with its bound."""
    file = WORK / "load.ndjson"
    WORK.mkdir(exist_ok=True)
    write_file(file, rows)
    try:
        bare = await bare_seconds(kind, await _migrated(kind), rows)
        yield f"| {NAMES[kind]} of {rows:,} rows, in one transaction | {_time(bare.assignments, rows)} | |"
        yield f"| {NAMES[kind]} of their records in the change log | {_time(bare.log, rows)} | |"
        url = await _migrated(kind)
        seconds, memory_mb = await asyncio.to_thread(run_load, url, file)
        first, last = await parts(url, rows)
    finally:
        file.unlink()
        await removed_database(kind, DATABASE)
    part = min(PART, rows // 2)
    yield f"| `load` of a file of them, from start to end | {_time(seconds, rows)} | |"
    yield f"| in times of {NAMES[kind]} | {seconds / bare.assignments:.2f} | {MOST_TIMES} |"
    yield f"| in times of {NAMES[kind]} of both tables | {seconds / sum(bare):.2f} | |"
    yield f"| the first {part:,} | {_time(first, part)} | |"
    yield f"| the last {part:,} | {_time(last, part)} | |"
    yield f"| in times of the first | {last / first:.2f} | {MOST_GROWTH} |"
    yield f"| the most memory | {memory_mb:.0f} MB | {MOST_MB} MB |"


def _time(seconds: float, rows: int) -> str:
    return f"{seconds:.1f} s ({rows / seconds:,.0f}/s)"


async def _migrated(kind: DatabaseKind) -> str:
    url = await empty_database(kind, DATABASE)
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
    return url

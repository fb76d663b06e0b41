"""The command `load` as a process: its time, its memory, and its speed at the start and the end."""

import os
import subprocess
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from benchmarks.loading.rows import SEGMENTS, TENANT
from benchmarks.runners.gateway import COMMAND
from benchmarks.runners.runner import SECRET
from models.connection.database import Database
from models.tables.change import change_record

PART: Final = 100_000
"""Rows at the start and at the end that are timed by themselves, at most half of all."""


class NotLoaded(Exception):
    """The command has failed; its output says why."""


def run_load(url: str, file: Path) -> tuple[float, float]:
    """Load the file; return seconds and megabytes. Raises NotLoaded."""
    environment = {**os.environ, "SEGMENTS_DATABASE_URL": url, "SEGMENTS_TOKEN_SECRET": SECRET}
    command: Sequence[str] = (COMMAND, "load", "--tenant", TENANT, str(file))
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:  # noqa: S603
        output = process.stderr.read().decode() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise NotLoaded(output)
    return seconds, usage.ru_maxrss / 1024


async def parts(url: str, rows: int) -> tuple[float, float]:
    """The seconds of the first rows and of the last."""
    part = min(PART, rows // 2)
    start = SEGMENTS + 1
    database = Database(url)
    try:
        first = await _at(database, start + part) - await _at(database, start)
        last = await _at(database, SEGMENTS + rows) - await _at(database, start + rows - part)
    finally:
        await database.close()
    return first.total_seconds(), last.total_seconds()


async def _at(database: Database, seq: int) -> datetime:
    """The time of a record of the log."""
    recorded = select(func.min(change_record.c.recorded_at)).where(
        change_record.c.tenant == TENANT, change_record.c.seq == seq
    )
    async with database.read() as session:
        instant: datetime = await session.value(recorded)
    return instant

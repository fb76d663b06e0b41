"""What a process and its children have used, as Linux counts it in /proc."""

import asyncio
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PROC: Final = Path("/proc")
QUIET: Final = 0.1
PATIENCE: Final = 10.0


def family(pid: int) -> list[int]:
    """The process and those it started, and those that they did."""
    members = [pid]
    for member in members:
        for task in (PROC / str(member) / "task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
                members += map(int, task.read_text().split())
    return members


def cpu_seconds(pid: int) -> float:
    """CPU time of the family so far, in user and kernel mode."""
    return sum(map(_ticks, family(pid))) / TICKS


def cpu_seconds_of(pids: Iterable[int]) -> float:
    """CPU time of processes so far, without those that they have started; of one that has ended none."""
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += _ticks(pid)
    return ticks / TICKS


async def has_settled(pid: int) -> None:
    """Return when the family has nothing left to do, or after `PATIENCE`.

    What was in flight when the load ended is answered to nobody, but the next one to be measured
    shall not share the database with it.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await _quiet(pid)


async def _quiet(pid: int) -> None:
    before = cpu_seconds(pid)
    while True:
        await asyncio.sleep(QUIET)
        now = cpu_seconds(pid)
        if now - before < QUIET / 10:
            return
        before = now


def memory_mb(pid: int) -> float:
    """Memory of the family now."""
    return sum(_status_kb(member, "VmRSS") for member in family(pid)) / 1024


def peak_memory_mb(pid: int) -> float:
    """The most memory that the members of the family have had, each at its own time."""
    return sum(_status_kb(member, "VmHWM") for member in family(pid)) / 1024


def _ticks(pid: int) -> int:
    # The command in parentheses may hold spaces; utime and stime are fields 14 and 15.
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _status_kb(pid: int, name: str) -> int:
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    return 0  # a process that is just ending has no memory any more

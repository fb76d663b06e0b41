"""Each shape of shop in turn: filling, size on disk, latencies, memory, export and load."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import orjson

from benchmarks.dataset.rows import customer_id, segment_id
from benchmarks.growth.fill import fill
from benchmarks.growth.latency import Latency, latencies
from benchmarks.growth.questions import Questions
from benchmarks.growth.shape import Shape, shapes
from benchmarks.measure.database import empty_database, removed_database
from benchmarks.measure.process import memory_mb
from benchmarks.places import WORK, DatabaseKind
from benchmarks.runners.gateway import COMMAND
from benchmarks.runners.runner import SECRET
from benchmarks.runners.running_gateway import PROGRAM, running_gateway
from models.connection.database import Database
from models.migrate import NEWEST, migrate

DATABASE: Final = "segments_growth"
FILLED_AT: Final = "0006"
"""The oldest schema that has all columns of the filled rows."""
LOADED: Final = 20_000
"""Assignments that `load` adds to the measured tenant at each size."""


@dataclass(frozen=True, slots=True)
class Made:
    """How long it took to make a database, and its size.

    `migrate_seconds` is the time of the migrations of a filled database.
    """

    fill_seconds: float
    migrate_seconds: float
    disk_mb: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gateway took for all kinds of questions, and its memory afterwards."""

    latency: Mapping[str, Latency]
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Seconds of `export` and of `load`, and the records in the export."""

    export_seconds: float
    exported: int
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one shape."""

    shape: Shape
    made: Made
    asked: Asked
    moved: Moved


async def measure_growth(kind: DatabaseKind, most: int, seconds: float) -> AsyncIterator[Figures]:
    """Measure shape after shape, up to a number of assignments."""
    for shape in shapes(most):
        try:
            url = await empty_database(kind, DATABASE)
            made = await make(kind, url, shape)
            yield Figures(shape, made, await ask(url, shape, seconds), await move(url, shape))
        finally:
            await removed_database(kind, DATABASE)


async def make(kind: DatabaseKind, url: str, shape: Shape) -> Made:
    """Fill a database of an older version, and migrate it."""
    await _migrate(url, FILLED_AT)
    began = time.perf_counter()
    await fill(kind, url, shape)
    filled = time.perf_counter()
    await _migrate(url)
    return Made(filled - began, time.perf_counter() - filled, await _disk_mb(kind, url))


async def ask(url: str, shape: Shape, seconds: float) -> Asked:
    """Start a gateway, and ask it each kind of question for so many seconds."""
    async with running_gateway(PROGRAM, url) as gateway:
        latency = await asyncio.to_thread(latencies, gateway.url, Questions(shape), seconds)
        return Asked(latency, memory_mb(gateway.pid))


async def move(url: str, shape: Shape) -> Moved:
    """Export the measured tenant, and load more assignments into it."""
    export_seconds, exported = await asyncio.to_thread(_export, url, shape)
    return Moved(export_seconds, exported, await asyncio.to_thread(_load, url, shape))


async def _migrate(url: str, revision: str = NEWEST) -> None:
    database = Database(url)
    try:
        await migrate(database, revision=revision)
    finally:
        await database.close()


async def _disk_mb(kind: DatabaseKind, url: str) -> float:
    if kind == "sqlite":
        file = Path(url.partition(":///")[2])
        return sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*")) / 1_000_000
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        size: int = await connection.fetchval("SELECT pg_database_size(current_database())")
        return size / 1_000_000
    finally:
        await connection.close()


def _export(url: str, shape: Shape) -> tuple[float, int]:
    """Export the measured tenant; return seconds and lines."""
    file = WORK / "growth.ndjson"
    try:
        seconds = _run(url, "export", shape, file)
        with file.open("rb") as lines:
            return seconds, sum(1 for _ in lines)
    finally:
        file.unlink(missing_ok=True)


def _load(url: str, shape: Shape) -> float:
    """Load new customers into the segments of the measured tenant; return seconds."""
    file = WORK / "growth.ndjson"
    segments, first = shape.size.segments, shape.size.customers
    with file.open("wb") as stream:
        for number in range(LOADED):
            key = {"segmentId": segment_id(number % segments), "customerId": customer_id(first + number)}
            stream.write(orjson.dumps({"kind": "customerAssignment", **key}) + b"\n")
    try:
        return _run(url, "load", shape, file)
    finally:
        file.unlink(missing_ok=True)


def _run(url: str, command: str, shape: Shape, file: Path) -> float:
    """Run a command on the measured tenant; return seconds. Raises CalledProcessError."""
    environment = {**os.environ, "SEGMENTS_DATABASE_URL": url, "SEGMENTS_TOKEN_SECRET": SECRET}
    began = time.perf_counter()
    subprocess.run(  # noqa: S603
        [COMMAND, command, "--tenant", shape.measured, str(file)],
        env=environment,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began

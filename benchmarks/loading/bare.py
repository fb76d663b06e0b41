"""The fastest way of each database into the table: COPY and `executemany`."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Final

import asyncpg

from benchmarks.dataset.store import copy_rows, insert_rows
from benchmarks.loading.rows import assignment_rows, segment_rows
from benchmarks.places import DatabaseKind
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment

NAMES: Final[dict[DatabaseKind, str]] = {"postgresql": "COPY", "sqlite": "`executemany`"}


async def bare_seconds(kind: DatabaseKind, url: str, rows: int) -> float:
    """Insert the assignments in one transaction; return the time.

    The table has its indexes and its foreign key, and the change log stays empty.
    """
    if kind == "sqlite":
        return await asyncio.to_thread(_insert, url.partition(":///")[2], rows)
    return await _copy(url.replace("+asyncpg", ""), rows)


async def _copy(url: str, rows: int) -> float:
    connection = await asyncpg.connect(url)
    try:
        await copy_rows(connection, segment, segment_rows())
        began = time.perf_counter()
        await copy_rows(connection, customer_assignment, assignment_rows(rows))
        return time.perf_counter() - began
    finally:
        await connection.close()


def _insert(file: str, rows: int) -> float:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        with connection:
            insert_rows(connection, segment, segment_rows())
        began = time.perf_counter()
        with connection:
            insert_rows(connection, customer_assignment, assignment_rows(rows))
        return time.perf_counter() - began

"""The fastest way of each database into the table: COPY and `executemany`."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Final, NamedTuple

import asyncpg

from benchmarks.dataset.store import copy_rows, insert_rows
from benchmarks.loading.rows import assignment_rows, log_rows, segment_rows
from benchmarks.places import DatabaseKind
from models.tables.change import change_record
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment

NAMES: Final[dict[DatabaseKind, str]] = {"postgresql": "COPY", "sqlite": "`executemany`"}


class Bare(NamedTuple):
    """The seconds of the assignments, and of their records in the change log."""

    assignments: float
    log: float


async def bare_seconds(kind: DatabaseKind, url: str, rows: int) -> Bare:
    """Insert the assignments in one transaction, and then their records.

    The tables have their indexes and foreign keys.
    """
    if kind == "sqlite":
        return await asyncio.to_thread(_insert, url.partition(":///")[2], rows)
    return await _copy(url.replace("+asyncpg", ""), rows)


async def _copy(url: str, rows: int) -> Bare:
    connection = await asyncpg.connect(url)
    try:
        await copy_rows(connection, segment, segment_rows())
        began = time.perf_counter()
        await copy_rows(connection, customer_assignment, assignment_rows(rows))
        assigned = time.perf_counter()
        await copy_rows(connection, change_record, log_rows(rows))
        return Bare(assigned - began, time.perf_counter() - assigned)
    finally:
        await connection.close()


def _insert(file: str, rows: int) -> Bare:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        with connection:
            insert_rows(connection, segment, segment_rows())
        began = time.perf_counter()
        with connection:
            insert_rows(connection, customer_assignment, assignment_rows(rows))
        assigned = time.perf_counter()
        with connection:
            insert_rows(connection, change_record, log_rows(rows))
        return Bare(assigned - began, time.perf_counter() - assigned)

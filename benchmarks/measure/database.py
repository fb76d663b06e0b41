"""Databases of measurements, empty at the start."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.places import POSTGRES, WORK, DatabaseKind, Postgres


async def empty_database(kind: DatabaseKind, name: str) -> str:
    """The URL of a database that has just been made; what was in it before is gone."""
    await removed_database(kind, name)
    if kind == "sqlite":
        WORK.mkdir(exist_ok=True)
        return f"sqlite+aiosqlite:///{WORK / name}.db"
    await _administrate(f"CREATE DATABASE {name}")
    return driver_url(Postgres(POSTGRES.server, name).url)


async def removed_database(kind: DatabaseKind, name: str) -> None:
    """Remove a database and its files, where it exists."""
    if kind == "sqlite":
        for file in WORK.glob(f"{name}.db*"):
            file.unlink()
    else:
        await _administrate(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def copied_database(kind: DatabaseKind, source: str, name: str) -> str:
    """The URL of a new copy of a database, which nothing may be connected to."""
    if kind == "sqlite":
        url = await empty_database(kind, name)
        await asyncio.to_thread(_copy_file, WORK / f"{source}.db", WORK / f"{name}.db")
        return url
    await _administrate(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await _administrate(f"CREATE DATABASE {name} TEMPLATE {source}")
    return driver_url(Postgres(POSTGRES.server, name).url)


def _copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite file with its write-ahead log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def driver_url(url: str) -> str:
    """The URL with the name of our driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def _administrate(statement: str) -> None:
    engine = create_async_engine(driver_url(POSTGRES.server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()

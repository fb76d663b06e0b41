"""Databases of measurements, empty at the start."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.places import POSTGRES, WORK, DatabaseKind, Postgres


async def empty_database(kind: DatabaseKind, name: str) -> str:
    """The URL of a database that has just been made; what was in it before is gone."""
    if kind == "sqlite":
        WORK.mkdir(exist_ok=True)
        for file in WORK.glob(f"{name}.db*"):
            file.unlink()
        return f"sqlite+aiosqlite:///{WORK / name}.db"
    await _administrate(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await _administrate(f"CREATE DATABASE {name}")
    return driver_url(Postgres(POSTGRES.server, name).url)


def driver_url(url: str) -> str:
    """The URL with the name of our driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def _administrate(statement: str) -> None:
    engine = create_async_engine(driver_url(POSTGRES.server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()

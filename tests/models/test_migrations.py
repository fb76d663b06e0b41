import multiprocessing
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from models.database import Database
from models.engine import EngineOptions
from models.migrate import SchemaOutdated, migrate, schema_is_current
from models.table import metadata

EVERYTHING_IN_SQLITE = """
SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' -- of ANALYZE
"""
EVERYTHING_IN_POSTGRESQL = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnum::text,
       a.attnotnull::text, l.collname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', ''
FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


async def everything_in(database: Database) -> Sequence[Any]:
    catalogue = EVERYTHING_IN_SQLITE if database.is_sqlite else EVERYTHING_IN_POSTGRESQL
    async with database.engine.connect() as connection:
        rows = await connection.execute(text(catalogue))
        return sorted(
            tuple(_in_any_order(str(value)) for value in row) for row in rows if row[1] != "alembic_version"
        )


def _in_any_order(definition: str) -> tuple[str, ...]:
    """The lines of a CREATE TABLE; in which order it names its constraints means nothing."""
    return tuple(sorted(line.strip(", \t") for line in definition.splitlines()))


async def test_migrations_and_models_make_the_same_database(
    database: Database, empty_database: Database
) -> None:
    async with empty_database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    migrated = await everything_in(database)
    assert len(migrated) > 15
    assert migrated == await everything_in(empty_database)


async def test_alembic_finds_nothing_left_to_migrate(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    assert not await schema_is_current(empty_database)
    await migrate(empty_database)
    assert await schema_is_current(empty_database)
    once = await everything_in(empty_database)
    await migrate(empty_database)
    assert await everything_in(empty_database) == once


async def test_a_database_of_a_newer_version_is_left_alone(empty_database: Database) -> None:
    await migrate(empty_database)
    async with empty_database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    assert not await schema_is_current(empty_database)
    with pytest.raises(
        SchemaOutdated, match=r"migration \(from-the-future\) that this version does not know"
    ):
        await migrate(empty_database)


def migrate_in_a_process(url: str) -> bool:
    import asyncio  # noqa: PLC0415  # runs in a fresh interpreter

    async def work() -> bool:
        database = Database(url, EngineOptions(pool_size=1))
        await migrate(database)
        current = await schema_is_current(database)
        await database.close()
        return current

    return asyncio.run(work())


def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(migrate_in_a_process, [empty_database_url] * 4, chunksize=1) == [True] * 4

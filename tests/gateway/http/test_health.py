import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Integer, event, literal_column, select, text
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.app import create_app
from gateway.http.health import READINESS_TIME, Readiness
from gateway.lifespan import AppState
from gateway.settings.settings import Settings
from gateway.settings.source import InvalidSettings
from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.session import Transaction
from models.connection.standby.replica import Replica
from models.migrate import migrate
from models.schema_version import SchemaOutdated
from resolvers.changes.feed import Feeds
from resolvers.policy import Policy
from resolvers.streams import Streams
from tests.gateway.serving import client_of

ONE = select(literal_column("1", Integer).label("one"))


@pytest.fixture
def empty_settings(empty_database_url: str, secret: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=empty_database_url, token_secret=SecretStr(secret))


async def test_a_healthy_gateway_says_so(client: httpx.AsyncClient) -> None:
    for path, body in {"/healthz": {"status": "ok"}, "/readyz": {"status": "ready"}}.items():
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, body)


async def test_a_gateway_whose_schema_is_taken_away_is_not_ready(empty_settings: Settings) -> None:
    database = Database(empty_settings.database_url)
    await migrate(database)
    async with client_of(create_app(empty_settings)) as client:
        async with database.engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    await database.close()
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "not ready", "reason": "the database has not the schema of this version"},
    )


async def test_a_gateway_whose_database_is_away_is_not_ready() -> None:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[AppState]:
        database = Database("postgresql+asyncpg://127.0.0.1:1/nothing")
        yield {"database": database, "replica": None, "streams": Streams(Feeds(database, Policy()))}
        await database.close()

    async with client_of(
        Starlette(routes=[Route("/readyz", Readiness(applies_rules=True).answer)], lifespan=lifespan)
    ) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "not ready", "reason": "the database cannot be reached"},
    )


async def test_sqlite_migrates_by_itself_and_postgresql_refuses_to_start(empty_settings: Settings) -> None:
    app = create_app(empty_settings)
    if empty_settings.database_url.startswith("sqlite"):
        async with client_of(app) as client:
            assert (await client.get("/readyz")).status_code == 200
    else:
        with pytest.raises(SchemaOutdated, match="run `segment-gateway migrate`, or start with"):
            async with app.router.lifespan_context(app):
                pass


def test_without_a_key_there_is_no_application(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, token_secret=None, jwks_url=None)
    with pytest.raises(InvalidSettings, match="set SEGMENTS_TOKEN_SECRET"):
        create_app(settings)


async def test_a_gateway_whose_connections_are_all_at_work_is_ready(
    empty_settings: Settings,
) -> None:
    """Those who ask together share one connection more."""
    database = Database(empty_settings.database_url, EngineOptions(pool_size=3))
    await migrate(database)
    opened: list[object] = []
    event.listen(database.unpooled.sync_engine, "connect", lambda new, _entry: opened.append(new))
    is_held, may_end = asyncio.Event(), asyncio.Event()

    async def hold(_transaction: Transaction) -> None:
        is_held.set()
        await may_end.wait()

    async with (
        client_of(create_app(empty_settings), database=database) as client,
        database.read() as first,
        database.read() as second,
    ):
        for session in (first, second):
            await session.value(ONE)
        writing = asyncio.create_task(database.write(hold))
        await is_held.wait()
        waiting = [asyncio.create_task(database.write(hold)) for _ in range(5)]
        async with asyncio.timeout(10 * READINESS_TIME):  # on a busy machine, and still not for ever
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(30)))
        may_end.set()
        await asyncio.gather(writing, *waiting)
    assert {answer.status_code for answer in answers} == {200}
    assert len(opened) == 1
    await database.close()


async def test_a_gateway_is_as_ready_without_its_standby(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    database = Database(settings.database_url)
    replica = Replica(database, "postgresql+asyncpg://127.0.0.1:1/nothing", EngineOptions())
    seen = []
    for is_available, is_in_recovery in ((False, True), (True, True), (True, False)):
        replica.is_available, replica.is_in_recovery = is_available, is_in_recovery
        async with client_of(create_app(settings), replica=replica) as other:
            answer = await other.get("/readyz")
            seen.append((answer.status_code, answer.json()))
    await replica.close()
    await database.close()
    states = ("not used", "used", "used, promoted")
    assert seen == [(200, {"status": "ready", "replica": state}) for state in states]
    assert (await client.get("/readyz")).json() == {"status": "ready"}

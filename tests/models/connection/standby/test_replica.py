"""Which standby is used, and what a read on it raises, on a real one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Select, literal_column, make_url, select, text

from models.connection.client import Client
from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.failure import ResultTooLarge, StatementTimeout
from models.connection.standby.read import StandbyFailed
from models.connection.standby.replica import OUTDATED, Replica
from models.migrate import migrate
from models.sql.prepared import Query
from models.tables.segment import segment
from tests.survival.postgres import OwnPostgres, own_postgres
from tests.survival.proxy import proxy_to
from tests.survival.standby import Standby, standby_of

PID: Select[Any] = select(literal_column("pg_backend_pid()").label("pid"))
PATIENT = EngineOptions(statement_timeout=60)


def sleep(seconds: float) -> Select[Any]:
    return select(literal_column(f"pg_sleep({seconds})::text").label("slept"))


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def standby(postgres: OwnPostgres) -> Iterator[Standby]:
    with standby_of(postgres) as standby:
        yield standby


@pytest.fixture(scope="module")
async def primary(postgres: OwnPostgres, standby: Standby) -> AsyncIterator[Database]:
    database = Database(postgres.url)
    await migrate(database)
    standby.catch_up(postgres)
    yield database
    await database.close()


@pytest.fixture
async def replica(primary: Database, standby: Standby) -> AsyncIterator[Replica]:
    replica = Replica(primary, standby.url, PATIENT)
    assert await replica.check()
    yield replica
    await replica.close()


async def administrate(database: Database, statement: str) -> None:
    async with database.unpooled.connect() as connection:
        options = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await options.execute(text(statement))


async def test_a_read_on_the_standby_is_one_snapshot_of_a_server_in_recovery(replica: Replica) -> None:
    assert (replica.is_available, replica.is_in_recovery) == (True, True)
    session = await replica.open_read()
    state: Query = select(
        literal_column("pg_is_in_recovery()").label("is_in_recovery"),
        literal_column("current_setting('transaction_isolation')").label("isolation"),
    )
    row = await session.row(state)
    assert row is not None
    assert (row["is_in_recovery"], row["isolation"]) == (True, "repeatable read")
    await session.close()
    assert (session.statements, session.has_failed) == (1, False)


async def test_the_observer_of_the_primary_sees_the_statements_of_the_standby(
    primary: Database, replica: Replica
) -> None:
    seen: list[str] = []

    def watch(sql: str, _parameters: Any) -> Any:
        seen.append(sql)
        return usual(sql, _parameters)

    usual, primary.watch = primary.watch, watch
    session = await replica.open_read(single=True)
    await session.rows(PID)
    primary.watch = usual
    assert seen == ["SELECT pg_backend_pid() AS pid"]


async def test_a_standby_of_another_database_is_not_used(
    postgres: OwnPostgres, standby: Standby, primary: Database
) -> None:
    await administrate(primary, "CREATE DATABASE other")
    other = Database(make_url(postgres.url).set(database="other").render_as_string(hide_password=False))
    await migrate(other)
    standby.catch_up(postgres)
    replica = Replica(other, standby.url, PATIENT)
    assert await replica.problem() == "it is no copy of the primary's database"
    assert (await replica.check(), replica.is_available) == (False, False)
    for database in (replica, other):
        await database.close()


async def test_a_standby_without_the_tables_is_not_used(primary: Database, standby: Standby) -> None:
    url = make_url(standby.url).set(database="template1").render_as_string(hide_password=False)
    replica = Replica(primary, url, PATIENT)
    assert await replica.problem() == OUTDATED
    await replica.close()


async def test_a_standby_that_lets_nobody_in_fails_for_the_primary_to_answer(
    postgres: OwnPostgres, standby: Standby, primary: Database
) -> None:
    for statement in ("CREATE ROLE stranger LOGIN", "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC"):
        await administrate(primary, statement)
    standby.catch_up(postgres)
    url = make_url(standby.url).set(username="stranger").render_as_string(hide_password=False)
    replica = Replica(primary, url, PATIENT)
    assert not await replica.check()
    with pytest.raises(StandbyFailed, match="permission denied"):
        await replica.open_read()
    await replica.close()


async def test_a_standby_behind_a_migration_is_not_used(
    postgres: OwnPostgres, standby: Standby, primary: Database, replica: Replica
) -> None:
    async with primary.unpooled.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = version_num || '-older'"))
    standby.catch_up(postgres)
    assert await replica.problem() == OUTDATED
    async with primary.unpooled.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = left(version_num, -6)"))
    standby.catch_up(postgres)
    assert await replica.problem() is None


async def test_a_statement_that_takes_too_long_is_not_repeated(primary: Database, standby: Standby) -> None:
    replica = Replica(primary, standby.url, EngineOptions(statement_timeout=0.3))
    assert await replica.check()
    session = await replica.open_read()
    with pytest.raises(StatementTimeout):
        await session.rows(sleep(30))
    assert (session.has_failed, replica.is_available) == (False, True)
    await session.close()
    await replica.close()


async def test_a_read_that_is_too_large_is_not_repeated(primary: Database, standby: Standby) -> None:
    replica = Replica(primary, standby.url, EngineOptions(largest_read=10_000))
    assert await replica.check()
    session = await replica.open_read(Client("acme", "someone"))
    with pytest.raises(ResultTooLarge):
        await session.rows(select(literal_column("repeat('x', 1000000)").label("text")))
    assert (session.has_failed, replica.is_available) == (False, True)
    await session.close()
    await replica.close()


@pytest.mark.parametrize(
    ("function", "is_lost"), [("pg_cancel_backend", False), ("pg_terminate_backend", True)]
)
async def test_a_statement_that_the_standby_ends_fails_for_the_primary_to_answer(
    replica: Replica, standby: Standby, function: str, *, is_lost: bool
) -> None:
    session = await replica.open_read()
    pid = await session.value(PID)
    reading = asyncio.create_task(session.rows(sleep(60)))
    is_asleep = f"SELECT query ~ 'pg_sleep' FROM pg_stat_activity WHERE pid = {pid}"  # noqa: S608
    await standby.until(is_asleep, "t")
    standby.ask(f"SELECT {function}({pid})")
    with pytest.raises(StandbyFailed):
        await reading
    assert (session.has_failed, replica.is_available) == (True, not is_lost)
    await session.close()
    assert await replica.check(), "the server works"


async def test_a_conflict_with_recovery_fails_for_the_primary_to_answer(
    primary: Database, replica: Replica, standby: Standby
) -> None:
    standby.set("max_standby_streaming_delay", "0")
    session = await replica.open_read()
    await session.rows(select(segment.c.id).where(segment.c.tenant == "acme"))
    reading = asyncio.create_task(session.rows(sleep(60)))
    await standby.until("SELECT count(*) > 1 FROM pg_stat_activity WHERE query ~ 'pg_sleep'", "t")
    async with primary.unpooled.begin() as connection:
        await connection.execute(text("LOCK TABLE segment IN ACCESS EXCLUSIVE MODE"))
    with pytest.raises(StandbyFailed):
        await reading
    assert (session.has_failed, replica.is_available) == (True, True), "the server works"
    await session.close()
    standby.set("max_standby_streaming_delay", "'30s'")


async def test_a_conflict_between_two_statements_ends_the_read(
    primary: Database, replica: Replica, standby: Standby
) -> None:
    standby.set("max_standby_streaming_delay", "0")
    session = await replica.open_read()
    pid = await session.value(PID)
    await session.rows(select(segment.c.id).where(segment.c.tenant == "acme"))
    async with primary.unpooled.begin() as connection:
        await connection.execute(text("LOCK TABLE segment IN ACCESS EXCLUSIVE MODE"))
    await standby.until(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}", "0")  # noqa: S608
    with pytest.raises(StandbyFailed):
        await session.rows(PID)
    await session.close()
    assert await replica.check(), "the server works"
    standby.set("max_standby_streaming_delay", "'30s'")


async def test_a_statement_that_only_this_server_cannot_run_fails_for_the_primary_to_answer(
    replica: Replica,
) -> None:
    session = await replica.open_read(single=True)
    with pytest.raises(StandbyFailed, match="nowhere"):
        await session.rows(select(literal_column("1").label("one")).select_from(text("nowhere")))
    assert replica.is_available, "or anybody could keep all others from it"
    await session.close()


async def test_reads_under_way_end_when_the_standby_falls_silent(primary: Database, standby: Standby) -> None:
    with proxy_to(standby.url, is_pgbouncer=False) as proxy:
        replica = Replica(primary, proxy.url, PATIENT)
        assert await replica.check()
        session = await replica.open_read()
        await session.rows(PID)
        reading = asyncio.create_task(session.rows(sleep(60)))
        await asyncio.sleep(0)
        proxy.freeze(new=True)
        assert not await replica.check()
        with pytest.raises(StandbyFailed):
            await reading
        assert not replica.is_available
        await session.close()
        proxy.heal()
        assert await replica.check()
        await replica.close()


async def test_a_server_that_is_away_is_found_again(primary: Database, standby: Standby) -> None:
    replica = Replica(primary, standby.url, PATIENT)
    watching = asyncio.create_task(replica.keep_watch())
    async with asyncio.timeout(60):
        while not replica.is_available:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        standby.stop("immediate")
        while replica.is_available:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with pytest.raises(StandbyFailed):
            await replica.open_read()
        standby.start()
        while not replica.is_available:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    watching.cancel()
    await asyncio.wait({watching})
    await replica.close()


async def test_a_promoted_standby_is_used_where_the_primary_is_gone() -> None:
    with own_postgres() as postgres, standby_of(postgres) as standby:
        primary = Database(postgres.url)
        await migrate(primary)
        standby.catch_up(postgres)
        replica = Replica(primary, standby.url, PATIENT)
        assert (await replica.check(), replica.is_in_recovery) == (True, True)
        standby.promote()
        assert await replica.problem() == "it was promoted, and the primary goes on without it"
        assert not await replica.check()
        postgres.stop()
        assert (await replica.check(), replica.is_in_recovery) == (True, False)
        await replica.close()
        await primary.close()

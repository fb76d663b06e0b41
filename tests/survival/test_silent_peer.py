"""A database whose peer falls silent, or whose thread hangs: whatever is asked of it ends in time."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, func, literal_column, select

from models.connection.database import CLOSING_TIME, Database
from models.connection.engine import EngineOptions
from models.connection.failure import DatabaseUnavailable
from models.connection.liveness import KEEPALIVE
from models.connection.session import Transaction
from models.migrate import migrate
from models.tables.reference import legal_entity
from tests.survival.hanging_threads import HANG
from tests.survival.proxy import Proxy, proxy_to

BACKEND = select(literal_column("pg_backend_pid()", Integer).label("pid"))
UNANSWERED = "the database does not answer"
IN_TIME = 5.0
"""Seconds: more than any bound here, and less than for ever."""


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with proxy_to(postgres_url, is_pgbouncer=False) as proxy:
        yield proxy


async def database_of(proxy: Proxy, *, pool_size: int = 5, suffix: str = "") -> Database:
    options = EngineOptions(pool_size=pool_size, pool_wait=2.0, statement_timeout=0.3)
    database = Database(proxy.url + suffix, options)
    await migrate(database)
    return database


async def backend(database: Database) -> int:
    async with asyncio.timeout(IN_TIME), database.read(single=True) as session:
        pid: int = await session.value(BACKEND)
        return pid


def entity(tenant: str, name: str) -> dict[str, str]:
    return {"tenant": tenant, "id": name, "name": name}


async def write(database: Database, tenant: str, name: str, proxy: Proxy | None = None) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.write(legal_entity.insert(), [entity(tenant, name)])
        if proxy is not None:
            proxy.freeze()

    async with asyncio.timeout(IN_TIME):
        await database.write(work)


async def test_the_kernel_checks_connections_that_nothing_uses(proxy: Proxy) -> None:
    database = await database_of(proxy)
    async with database.engine.connect() as connection:
        driver_connection: Any = (await connection.get_raw_connection()).driver_connection
        wire = driver_connection._transport.get_extra_info("socket")  # noqa: SLF001
        options = {name: getattr(socket, name) for name in KEEPALIVE if hasattr(socket, name)}
        kept = {name: wire.getsockopt(socket.IPPROTO_TCP, number) for name, number in options.items()}
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert kept == {name: KEEPALIVE[name] for name in options}
    await database.close()


@pytest.mark.parametrize("suffix", ["", "?ssl=require"])
async def test_connecting_to_a_silent_peer_ends(proxy: Proxy, suffix: str) -> None:
    await (await database_of(proxy)).close()
    proxy.freeze(new=True)
    database = Database(proxy.url + suffix, EngineOptions(pool_wait=0.3))
    with pytest.raises(DatabaseUnavailable, match="the database"):
        await backend(database)
    with pytest.raises(DatabaseUnavailable, match="the database"):
        await write(database, "acme", "le")
    await database.close()


async def test_a_statement_without_an_answer_ends_and_its_connection_with_it(proxy: Proxy) -> None:
    database = await database_of(proxy)
    first = await backend(database)
    proxy.freeze()
    with pytest.raises(DatabaseUnavailable, match=UNANSWERED):
        await backend(database)
    assert await backend(database) != first
    await database.close()


async def test_the_end_of_a_snapshot_does_not_wait_for_a_silent_peer(proxy: Proxy) -> None:
    database = await database_of(proxy)
    async with asyncio.timeout(IN_TIME), database.read() as snapshot:
        first = await snapshot.value(BACKEND)
        proxy.freeze()
    assert await backend(database) != first
    await database.close()


@pytest.mark.parametrize("pool_size", [1, 5])
async def test_a_commit_without_an_answer_is_unavailable_and_the_next_write_is_done(
    proxy: Proxy, tenant: str, pool_size: int
) -> None:
    database = await database_of(proxy, pool_size=pool_size)
    with pytest.raises(DatabaseUnavailable, match=UNANSWERED):
        await write(database, tenant, "lost", proxy)
    await write(database, tenant, "kept")
    async with database.read() as snapshot:
        rows = await snapshot.rows(select(legal_entity).where(legal_entity.c.tenant == tenant))
    assert [row["id"] for row in rows] == ["kept"]
    await database.close()


@pytest.mark.parametrize("pool_size", [1, 2, 5])
async def test_connections_that_freeze_at_rest_are_replaced(
    proxy: Proxy, tenant: str, pool_size: int
) -> None:
    database = await database_of(proxy, pool_size=pool_size)
    await asyncio.gather(*(backend(database) for _ in range(pool_size)), write(database, tenant, "first"))
    await asyncio.sleep(0.2)
    proxy.freeze()
    await backend(database)
    await write(database, tenant, "second")
    assert database.connections_in_use == 0
    await database.close()


async def test_closing_does_not_wait_for_a_silent_peer(proxy: Proxy, tenant: str) -> None:
    database = await database_of(proxy)
    await backend(database)
    await write(database, tenant, "le")
    proxy.freeze(new=True)
    reading = asyncio.create_task(backend(database))
    await asyncio.sleep(0)
    began = time.monotonic()
    await database.close()
    assert time.monotonic() - began < CLOSING_TIME
    await asyncio.gather(reading, return_exceptions=True)


async def read_only(database: Database) -> None:
    """Have the server refuse writes on the one connection that this gets."""

    async def work(transaction: Transaction) -> None:
        await transaction.value(select(func.set_config("default_transaction_read_only", "on", False)))

    await database.write(work)


async def test_no_connection_to_a_demoted_server_is_used_again(proxy: Proxy, tenant: str) -> None:
    database = await database_of(proxy)
    reads = await backend(database)
    await read_only(database)
    with pytest.raises(DatabaseUnavailable):
        await write(database, tenant, "refused")
    await write(database, tenant, "stored")
    assert await backend(database) != reads
    replaced = await backend(database)
    await read_only(database)
    with pytest.raises(DatabaseUnavailable):
        await write(database, tenant, "refused")
    assert await backend(database) == replaced, "a standby refuses every write, on new connections too"
    await database.close()


def test_threads_that_hang_do_not_delay_the_end_of_the_process(tmp_path: Path) -> None:
    program = Path(__file__).with_name("hanging_threads.py")
    began = time.monotonic()
    subprocess.run([sys.executable, program, tmp_path], check=True, timeout=2 * HANG)  # noqa: S603
    assert time.monotonic() - began < HANG

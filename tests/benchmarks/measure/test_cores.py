"""The server that is measured has a core of its own."""

import asyncio
import os

import asyncpg
import pytest
from sqlalchemy import make_url

from benchmarks.measure.cores import (
    LOAD_CORE,
    SERVER_CORE,
    postgres_kept_off_the_servers_core,
    this_process_kept_off_the_servers_core,
)

pytestmark = pytest.mark.skipif(
    not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0), reason="a measurement needs two cores"
)


async def test_backends_of_old_and_of_new_connections_are_pinned(postgres_url: str) -> None:
    url = make_url(postgres_url)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    old = await asyncpg.connect(address)
    try:
        async with postgres_kept_off_the_servers_core(str(url.database), server=address):
            assert os.sched_getaffinity(old.get_server_pid()) == {LOAD_CORE}
            new = await asyncpg.connect(address)
            try:
                for _ in range(600):
                    if os.sched_getaffinity(new.get_server_pid()) == {LOAD_CORE}:
                        break
                    await asyncio.sleep(0.05)
                assert os.sched_getaffinity(new.get_server_pid()) == {LOAD_CORE}
            finally:
                await new.close()
    finally:
        await old.close()


async def test_clients_in_this_process_leave_the_servers_core_for_a_while() -> None:
    before = os.sched_getaffinity(0)
    async with this_process_kept_off_the_servers_core():
        assert os.sched_getaffinity(0) == {LOAD_CORE}
    assert os.sched_getaffinity(0) == before

"""Large inputs leave the event loop to other requests."""

import asyncio
import threading
from typing import Any

import orjson
import pytest
from sqlalchemy import Dialect

from models.connection import session
from models.sql import prepared
from models.sql.prepared import Prepared, Query
from models.tables.columns import this_instant
from resolvers import background
from resolvers.access import Reader
from resolvers.background import LARGE, beside, in_background
from resolvers.errors import InvalidInput
from resolvers.reading.listing import parse_filter
from resolvers.reading.page import ListQuery, Window
from resolvers.segment.patch import parse_operations, patched
from resolvers.segment.read import segments
from resolvers.values.json_text import JsonLimits, received_json
from resolvers.writing.bulk import attempted_each
from tests.factories.documents import segment
from tests.factories.shop import Shop


async def turns_during(work: Any) -> int:
    """How often the event loop came round while the work was done."""
    task = asyncio.ensure_future(work)
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    await task
    return turns


async def test_a_large_text_is_read_in_the_one_other_thread() -> None:
    threads = {await in_background(threading.get_ident) for _ in range(5)}
    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    small, large = b'["x"]', orjson.dumps(["x" * LARGE])
    assert await received_json(large, JsonLimits()) == ["x" * LARGE]
    assert await turns_during(received_json(small, JsonLimits())) == 1
    assert await turns_during(received_json(large, JsonLimits())) > 1


async def test_elements_of_a_bulk_request_are_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "TURN", 0)

    def read(element: int) -> int:
        if element == 13:
            raise InvalidInput("unlucky")
        return -element

    assert await turns_during(attempted_each(range(200), read)) == 200 + 1
    commands = await attempted_each(range(200), read)
    assert isinstance(commands.pop(13), InvalidInput)
    assert commands == [-number for number in range(200) if number != 13]


async def test_a_patch_lets_the_loop_go_round_between_its_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "TURN", 0)
    operations = parse_operations([{"op": "add", "path": f"/name/x{n}", "value": "y"} for n in range(10, 60)])
    assert await turns_during(patched(segment("s"), operations)) == 50 + 1


@pytest.mark.parametrize(("conditions", "is_other"), [(1, False), (3, True)])
async def test_statements_of_a_large_filter_are_built_in_another_thread(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, conditions: int, is_other: bool
) -> None:
    built_in: set[int] = set()

    def prepare(statement: Query, dialect: Dialect, *, keeps_source: bool) -> Prepared:
        built_in.add(threading.get_ident())
        return prepared.prepare(statement, dialect, keeps_source=keeps_source)

    monkeypatch.setattr(session, "prepare", prepare)
    q = " ".join(f"mixins.{shop.tenant}.name{number}:x" for number in range(conditions))
    query = ListQuery(Window(10, offset=0), condition=parse_filter(q))
    for _ in range(2):  # as one that is not kept, and as one that is
        async with shop.database.read() as snapshot:
            reader = Reader(shop.caller("R"), shop.policy, snapshot, this_instant())
            assert (await segments(reader).page(query)).rows == []
            assert await segments(reader).total(query) == 0
    assert built_in == ({await in_background(threading.get_ident)} if is_other else {threading.get_ident()})


async def test_work_goes_on_beside_statements() -> None:
    steps: list[str] = []
    statement_runs = asyncio.Event()

    async def statements() -> None:
        steps.append("statement begins")
        statement_runs.set()
        await asyncio.sleep(0)
        steps.append("statement ends")

    async def work() -> None:
        await statement_runs.wait()
        steps.append("work")

    await beside(statements(), work())
    assert steps == ["statement begins", "work", "statement ends"]


async def test_a_failed_statement_is_raised_after_the_work() -> None:
    done: list[str] = []

    async def statements() -> None:
        raise OSError("the disk is full")

    async def work() -> None:
        await asyncio.sleep(0)
        done.append("work")

    with pytest.raises(OSError, match="the disk is full"):
        await beside(statements(), work())
    assert done == ["work"]


async def test_statements_are_cancelled_with_their_work() -> None:
    ended: list[str] = []

    async def statements() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("statements")

    task = asyncio.create_task(beside(statements(), asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["statements"]

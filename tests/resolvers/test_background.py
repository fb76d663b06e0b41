"""Large inputs leave the event loop to other requests."""

import asyncio
import threading
from typing import Any

import orjson

from resolvers.background import LARGE, in_background
from resolvers.errors import InvalidInput
from resolvers.values.json_text import JsonLimits, received_json
from resolvers.writing.bulk import ELEMENTS_AT_ONCE, attempted_each


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


async def test_elements_of_a_bulk_request_are_read_a_few_at_a_time() -> None:
    def read(element: int) -> int:
        if element == 13:
            raise InvalidInput("unlucky")
        return -element

    assert await turns_during(attempted_each(range(200), read)) == 200 // ELEMENTS_AT_ONCE
    commands = await attempted_each(range(200), read)
    assert isinstance(commands.pop(13), InvalidInput)
    assert commands == [-number for number in range(200) if number != 13]

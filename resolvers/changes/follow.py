"""Reading changes, and waiting for some where there are none."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeAlias

from models.connection.heads import Heads
from resolvers.access import Reader
from resolvers.changes.read import ANY_CHANGE, DEFAULT_FIRST, ChangeBatch, ChangeFilter, read_changes
from resolvers.errors import InvalidArgument

LONGEST_WAIT: Final = 30
"""Seconds."""

OpenReader: TypeAlias = Callable[[], AbstractAsyncContextManager[Reader]]
"""Opens a snapshot for as long as a block lasts."""


async def await_changes(
    open_reader: OpenReader,
    heads: Heads,
    after: str | None,
    *,
    first: int = DEFAULT_FIRST,
    wanted: ChangeFilter = ANY_CHANGE,
    seconds: float = 0,
) -> ChangeBatch:
    """What `read_changes` reads. Where that is nothing, wait for so many seconds, without a connection.

    A batch that is empty after that moves the cursor past what the filter left out meanwhile.
    """
    if not 0 <= seconds <= LONGEST_WAIT:
        raise InvalidArgument(f"A number from 0 to {LONGEST_WAIT} is expected.", path=("waitSeconds",))
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        async with open_reader() as reader:
            batch = await read_changes(reader, after, first=first, wanted=wanted)
        left = began + min(seconds, reader.policy.longest_wait) - loop.time()
        if batch.records or batch.has_more or left <= 0:
            return batch
        after = batch.cursor
        await heads.wait(reader.tenant, batch.end.seq, left)

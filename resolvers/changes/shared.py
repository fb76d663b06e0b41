"""A batch of changes with its shared renderings."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Final

from resolvers.changes.read import ChangeBatch

MOST_MADE: Final = 100
"""Renderings of one batch that are cached."""
LONGEST_KEPT: Final = 200_000
"""Characters of the longest cached rendering. A longer rendering is shared only by callers that wait for it
together.
"""


class SharedBatch:
    """A batch of changes that is rendered once per key."""

    def __init__(self, batch: ChangeBatch) -> None:
        self.batch = batch
        self._made: dict[Hashable, asyncio.Task[str]] = {}

    async def once(self, key: Hashable, make: Callable[[], Coroutine[object, object, str]]) -> str:
        """The rendering of the batch for a key.

        `make` is called once for equal keys. It runs in its own task: cancelling one of the waiting callers
        does not affect the others.
        """
        task = self._made.get(key)
        if task is None:
            task = asyncio.create_task(make())
            if len(self._made) < MOST_MADE:
                self._made[key] = task
                task.add_done_callback(lambda done: self._forget_long(key, done))
        return await asyncio.shield(task)

    def _forget_long(self, key: Hashable, task: asyncio.Task[str]) -> None:
        if task.cancelled() or task.exception() is not None or len(task.result()) > LONGEST_KEPT:
            self._made.pop(key, None)

"""A batch of changes, and what is made of it once for all who are shown the same."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Final

from resolvers.changes.read import ChangeBatch

MOST_MADE: Final = 100
"""Different renderings of one batch that are kept."""
LONGEST_KEPT: Final = 200_000
"""Characters of a rendering that is kept; a longer one is shared by those alone who wait for it together."""


class SharedBatch:
    """A batch of which a rendering is made once, however many want it."""

    def __init__(self, batch: ChangeBatch) -> None:
        self.batch = batch
        self._made: dict[Hashable, asyncio.Task[str]] = {}

    async def once(self, key: Hashable, make: Callable[[], Coroutine[object, object, str]]) -> str:
        """What `make` makes, or what was made with an equal key.

        It is made in a task of its own: that one of those who wait for it is cancelled is nothing to the
        others.
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

"""Work that would keep the event loop from other requests, done in a thread beside it.

Python runs one thread at a time, so nothing gets faster by it; but the loop gets its turn every
five milliseconds. There is one such thread: large inputs wait for each other, not small ones for them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final, TypeVar

Result = TypeVar("Result")

LARGE: Final = 65_536
"""Bytes of input above which work on it belongs here; below, the change of threads costs more."""
TURN: Final = 0.005
"""Seconds."""
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-input")


async def in_background(work: Callable[[], Result]) -> Result:
    """The result of the work, or its exception."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)


class Turns:
    """Lets the event loop go round during long work that cannot be done beside it."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def pause(self) -> None:
        """Between two steps of the work: let others have their turn, where this one took TURN seconds."""
        if perf_counter() - self._began >= TURN:
            await asyncio.sleep(0)
            self._began = perf_counter()

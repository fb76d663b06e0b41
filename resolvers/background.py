"""Work that would keep the event loop from other requests, done in a thread beside it.

Python runs one thread at a time, so nothing gets faster by it; but the loop gets its turn every
five milliseconds. There is one such thread: large inputs wait for each other, not small ones for them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from time import perf_counter, thread_time
from typing import Final, TypeVar

Result = TypeVar("Result")

LARGE: Final = 65_536
"""Bytes of input above which work on it belongs here; below, the change of threads costs more."""
TURN: Final = 0.005
"""Seconds."""
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-input")


CHARGE: Final[ContextVar[Callable[[float], None] | None]] = ContextVar("charge", default=None)
"""Who is told of the seconds of work that a request has done beside the loop."""


async def in_background(work: Callable[[], Result]) -> Result:
    """The result of the work, or its exception."""
    seconds = 0.0

    def timed() -> Result:
        nonlocal seconds
        began = thread_time()
        try:
            return work()
        finally:
            seconds = thread_time() - began

    try:
        return await asyncio.get_running_loop().run_in_executor(_THREAD, timed)
    finally:
        if (charge := CHARGE.get()) is not None:
            charge(seconds)


class Turns:
    """Lets the event loop go round during long work that cannot be done beside it."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def pause(self) -> None:
        """Between two steps of the work: let others have their turn, where this one took TURN seconds."""
        if perf_counter() - self._began >= TURN:
            await asyncio.sleep(0)
            self._began = perf_counter()

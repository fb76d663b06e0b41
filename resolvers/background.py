"""Runs long work in another thread than the event loop.

Python runs one thread at a time, so nothing gets faster by it; but the loop gets its turn every
five milliseconds. There is one such thread: large inputs wait for each other, not small ones for them.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter, thread_time
from typing import Any, Final, Protocol, TypeVar

Result = TypeVar("Result")

LARGE: Final = 65_536
"""Size of input, in bytes, above which its work runs in the thread. Below it, switching threads costs more.
"""
TURN: Final = 0.005
"""Seconds of work between two pauses."""
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-input")


class Account(Protocol):
    """Counts the event loop time of one caller's requests."""

    def charge(self, seconds: float) -> None:
        """Count seconds of work."""

    def rest(self) -> None:
        """Count a request as only waiting, until `resume`."""

    def resume(self) -> None:
        """Count the request as running again."""


ACCOUNT: Final[ContextVar[Account | None]] = ContextVar("account", default=None)
"""The account of the request; None if nothing is counted."""


async def in_background(work: Callable[[], Result]) -> Result:
    """Run the work in the thread and return its result.

    An exception of the work is raised.
    """
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
        if (account := ACCOUNT.get()) is not None:
            account.charge(seconds)


@contextmanager
def resting() -> Iterator[None]:
    """Count the request as waiting while the block runs.

    The block only waits for other tasks.
    """
    account = ACCOUNT.get()
    if account is None:
        yield
        return
    account.rest()
    try:
        yield
    finally:
        account.resume()


async def beside(statements: Coroutine[Any, Any, None], work: Coroutine[Any, Any, None]) -> None:
    """Do the work while the database runs the statements; wait for both.

    Raises the failure of either.
    """
    running = asyncio.create_task(statements)
    try:
        await work
    except BaseException:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        raise
    await running


class Turns:
    """Lets the event loop run other tasks during long work.

    It is for work that cannot run in the thread.
    """

    def __init__(self) -> None:
        self._began = perf_counter()

    @property
    def is_over(self) -> bool:
        """Whether TURN seconds have passed since the last pause."""
        return perf_counter() - self._began >= TURN

    async def pause(self) -> None:
        """Yield to the event loop after TURN seconds of work.

        Call it between two steps of the work.
        """
        if self.is_over:
            await asyncio.sleep(0)
            self._began = perf_counter()

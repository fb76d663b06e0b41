"""Work that would keep the event loop from other requests, done in a thread beside it.

Python runs one thread at a time, so nothing gets faster by it; but the loop gets its turn every
five milliseconds. There is one such thread: large inputs wait for each other, not small ones for them.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter, thread_time
from typing import Final, Protocol, TypeVar

Result = TypeVar("Result")

LARGE: Final = 65_536
"""Bytes of input above which work on it belongs here; below, the change of threads costs more."""
TURN: Final = 0.005
"""Seconds."""
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-input")


class Account(Protocol):
    """Counts what the requests of one caller take of the event loop."""

    def charge(self, seconds: float) -> None:
        """Count seconds of work."""

    def rest(self) -> None:
        """Count a request as one that only waits, until `resume`."""

    def resume(self) -> None:
        """Count it as one under way again."""


ACCOUNT: Final[ContextVar[Account | None]] = ContextVar("account", default=None)
"""That of the request; None where nothing is counted."""


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
        if (account := ACCOUNT.get()) is not None:
            account.charge(seconds)


@contextmanager
def resting() -> Iterator[None]:
    """Have the request not count as one under way for as long as it only waits for others."""
    account = ACCOUNT.get()
    if account is None:
        yield
        return
    account.rest()
    try:
        yield
    finally:
        account.resume()


class Turns:
    """Lets the event loop go round during long work that cannot be done beside it."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def pause(self) -> None:
        """Between two steps of the work: let others have their turn, where this one took TURN seconds."""
        if perf_counter() - self._began >= TURN:
            await asyncio.sleep(0)
            self._began = perf_counter()

"""Work that would keep the event loop from other requests, done in a thread beside it.

Python runs one thread at a time, so nothing gets faster by it; but the loop gets its turn every
five milliseconds. There is one such thread: large inputs wait for each other, not small ones for them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Result = TypeVar("Result")

LARGE: Final = 65_536
"""Bytes of input above which work on it belongs here; below, the change of threads costs more."""
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-input")


async def in_background(work: Callable[[], Result]) -> Result:
    """The result of the work, or its exception."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)

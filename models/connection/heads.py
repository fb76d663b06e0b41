"""Waiting for the change logs of tenants to grow.

A process asks for the heads of all tenants that it has waiters for in one statement, ten times a second,
and is woken at once by its own writes. Nothing is asked while nothing waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final, TypeAlias

from models.connection.failure import DATABASE_FAILURES

SECONDS_BETWEEN_QUESTIONS: Final = 0.1

ReadHeads: TypeAlias = Callable[[Collection[str]], Awaitable[Mapping[str, int]]]
"""The newest number of each of the tenants; those without a log are missing."""


class Heads:
    """Who waits for which tenant, and behind which number."""

    def __init__(self, read: ReadHeads) -> None:
        self._read = read
        self._waiting: defaultdict[str, dict[asyncio.Future[None], int]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None

    async def wait(self, tenant: str, seq: int, seconds: float) -> None:
        """Return when the tenant's log may have a record behind the number, or after so many seconds."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[tenant][woken] = seq
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ask_again_and_again())
        try:
            await asyncio.wait({woken}, timeout=seconds)
        finally:
            self._waiting[tenant].pop(woken, None)
            if not self._waiting[tenant]:
                del self._waiting[tenant]

    def wake(self, tenant: str) -> None:
        """Let all that wait for the tenant look again: this process has written."""
        for woken in self._waiting.get(tenant, ()):
            _set(woken)

    async def close(self) -> None:
        """Stop asking; what waits goes on until its time is over."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _ask_again_and_again(self) -> None:
        while self._waiting:
            await asyncio.sleep(SECONDS_BETWEEN_QUESTIONS)
            try:
                heads = await self._read(list(self._waiting))
            except DATABASE_FAILURES:
                continue  # those who wait find out by themselves
            for tenant, seq in heads.items():
                for woken, known in self._waiting.get(tenant, {}).items():
                    if known < seq:
                        _set(woken)


def _set(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)

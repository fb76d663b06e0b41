"""Waiting for the change logs of tenants to grow.

A process asks for the heads of all tenants that it has listeners for in one statement, ten times a second,
and is woken at once by its own writes. Nothing is asked while nobody listens.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeAlias

from models.connection.client import Client
from models.connection.failure import DATABASE_FAILURES

SECONDS_BETWEEN_QUESTIONS: Final = 0.1

ReadHeads: TypeAlias = Callable[[Collection[str]], Awaitable[Mapping[str, int]]]
"""The newest number of each of the tenants; those without a log are missing."""


class Listener:
    """A repeated wait for one tenant's log.

    A change between two waits ends the second at once.
    """

    def __init__(self) -> None:
        self.known = 0
        """The number of the last known record."""
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Let the listener check the log again."""
        self._news.set()

    async def wait(self, seq: int, seconds: float) -> None:
        """Wait for a record behind the number, at most `seconds`."""
        self.known = seq
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._news.clear()


class Heads:
    """The listeners of each tenant."""

    def __init__(self, read: ReadHeads) -> None:
        self._read = read
        self.waits: Counter[Client | None] = Counter()
        """The number of waiting requests by client."""
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self, tenant: str, listener: Listener | None = None) -> Iterator[Listener]:
        """Listen to the tenant for the duration of a block."""
        listener = listener or Listener()
        self._listeners[tenant].add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ask_again_and_again())
        try:
            yield listener
        finally:
            self._listeners[tenant].discard(listener)
            if not self._listeners[tenant]:
                del self._listeners[tenant]

    async def wait(self, tenant: str, seq: int, seconds: float) -> None:
        """Wait for a record of the tenant behind the number.

        Returns after so many seconds at the latest.
        """
        with self.listening(tenant) as listener:
            await listener.wait(seq, seconds)

    def wake(self, tenant: str) -> None:
        """Wake all listeners of the tenant.

        This process has written to its log.
        """
        for listener in self._listeners.get(tenant, ()):
            listener.wake()

    async def close(self) -> None:
        """Stop polling the heads.

        Waits that have begun go on until their time is over.
        """
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _ask_again_and_again(self) -> None:
        while self._listeners:
            await asyncio.sleep(SECONDS_BETWEEN_QUESTIONS)
            if not self._listeners:
                return
            try:
                heads = await self._read(list(self._listeners))
            except DATABASE_FAILURES:
                continue  # those who wait find out by themselves
            for tenant, seq in heads.items():
                for listener in self._listeners.get(tenant, ()):
                    if listener.known < seq:
                        listener.wake()

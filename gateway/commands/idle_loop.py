"""An event loop that lets a thread work while it waits.

Python runs one thread at a time. Work in another thread holds up the loop where that has work itself, and
takes nothing from it where it waits for the database.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from selectors import DefaultSelector, SelectorKey
from threading import Event
from typing import Final, TypeVar

Item = TypeVar("Item")

_WAITING: Final = Event()
"""Whether the loop has nothing to do; set where there is no such loop."""
_WAITING.set()


class _Selector(DefaultSelector):
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is not None and timeout <= 0:  # the loop looks for events between two steps of its work
            return super().select(timeout)
        _WAITING.set()
        try:
            return super().select(timeout)
        finally:
            _WAITING.clear()


@contextmanager
def idle_loop() -> Iterator[asyncio.Runner]:
    """Run coroutines in a loop beside which `while_idle` works."""
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Selector())) as runner:
        _WAITING.clear()
        try:
            yield runner
        finally:
            _WAITING.set()


def while_idle(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, each while the loop waits. It is for another thread than the loop's."""
    for item in items:
        _WAITING.wait()
        yield item

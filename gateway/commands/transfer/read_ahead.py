"""Reading the next item in a thread while the last one is used."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from threading import Thread
from typing import Final, TypeVar, cast

from gateway.server.threads import configure_threads

Item = TypeVar("Item")

_END: Final = object()


async def read_ahead(items: Iterator[Item]) -> AsyncIterator[Item]:
    """Yield the items; the next one is read meanwhile.

    At most one item is read before it is asked for. A read that waits for a pipe does not delay the end of
    the process.
    """
    configure_threads()
    coming = _next_in_thread(items)
    try:
        while (item := await coming) is not _END:
            coming = _next_in_thread(items)
            yield cast("Item", item)
    finally:
        coming.cancel()


def _next_in_thread(items: Iterator[Item]) -> "asyncio.Future[object]":
    """Begin to read the next item; it is _END where there is none."""
    read: Future[object] = Future()
    read.set_running_or_notify_cancel()  # from here on it cannot be cancelled, only left alone

    def work() -> None:
        try:
            read.set_result(next(items, _END))
        except Exception as error:  # noqa: BLE001  (raised where the item is awaited)
            read.set_exception(error)

    Thread(target=work, name="read-ahead", daemon=True).start()
    return asyncio.wrap_future(read)

"""Times of garbage collection.

Only Python's collector can free reference cycles. Python counts new objects. What a client sends may be one
object of a megabyte, which a failed request leaves in a cycle of exception, traceback and frames, so bodies
are weighed as well.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLDS: Final = (10_000, 3, 100)
"""New objects until a collection, and how many collections of a generation pass before the next older one.

Requests by compiled plans and REST reads leave no cycles, and at Python's 700 looking took 4 % of their time;
the standard execution and displaced documents leave some, which would pile up if those of the middle had to
wait for Python's 10. A collection stops all requests for as long as it has objects to look at and to free: at
50,000, reading ever new documents was stopped for up to 110 ms, and took 6 % more CPU, than at 10,000 (24
ms). A collection of all objects takes 100 ms where caches are full, and frees little: beside hostile clients
it comes every 40 seconds.
"""
MANY_RECORDS: Final = 200_000
"""New objects until a collection: more than a batch of a data file has at a time."""
HEAVY: Final = 8 * 1024 * 1024
"""Bytes of request bodies until young objects are looked at."""


@contextmanager
def importing() -> Iterator[None]:
    """Disable the collector during imports, then freeze their objects.

    What modules define stays, so it is never looked at. A quarter of the time to import the application was
    spent on looking, and as much again when the process ended.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Set a high threshold for work on many records, which leave no cycles.

    At Python's 700, looking at the records of a batch took a third of the time of a load.
    """
    before = gc.get_threshold()
    gc.set_threshold(MANY_RECORDS, *THRESHOLDS[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def configure_collector() -> None:
    """Freeze the objects of start-up, and set thresholds.

    They stay; looking at them would stop requests for 100 ms.
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


class BodyWeight:
    """Counts the bytes of bodies, and collects young garbage.

    It collects when the bytes are many.
    """

    def __init__(self, heavy: int = HEAVY) -> None:
        self._heavy = heavy
        self._bytes = 0

    def add(self, received: int) -> None:
        """Count bytes of a body."""
        self._bytes += received

    def settle(self) -> None:
        """Collect garbage after enough bytes.

        Call it between requests, when they hold the least.
        """
        if self._bytes >= self._heavy:
            self._bytes = 0
            gc.collect(1)


BODY_WEIGHT: Final = BodyWeight()
"""The body bytes of all connections of the process."""
